"""Which file of a hand-in is graded, and where the others come from."""

import dataclasses
import hashlib

import pytest

from grader.core.assignment import File
from grader.intake.naming import arrange
from grader.intake.workspace import digest_of, locate, make_workspace

GIVEN = {"gradient_check.py": b"given = 1\n"}
PACKAGES = ["cs231n", "cs682", "test"]


def best(name, *paths):
    found = locate(name, dict.fromkeys(paths, b""), PACKAGES)
    assert set(found) <= set(paths)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("paths", "chosen"),
    [
        (["layers.py"], "layers.py"),
        (["cs231n/layers.py"], "cs231n/layers.py"),
        (["hw/cs231n/layers.py", "layers.py"], "layers.py"),
        (["a/layers.py", "a/b/layers.py"], "a/layers.py"),
        (["backup/layers.py", "cs231n/layers.py"], "cs231n/layers.py"),
        (["backup/layers.py", "test/layers.py"], "test/layers.py"),
        (["a/cs231n/layers.py", "a/backup/layers.py"], "a/cs231n/layers.py"),
        (["b/layers.py", "a/layers.py"], "a/layers.py"),
        (["my_layers.py", "layers.pyc", "layers.py.txt", "layers.py/x.py"], None),
        ([], None),
    ],
)
def test_nearest_to_the_top_then_the_course_package_then_the_name(paths, chosen):
    assert best("layers.py", *paths) == chosen
    assert best("layers.py", *reversed(paths)) == chosen


def test_a_file_of_the_assignment_may_lie_in_a_folder():
    paths = ["fc_net.py", "cs231n/classifiers/fc_net.py", "classifiers/fc_net.py"]
    assert best("classifiers/fc_net.py", *paths) == "classifiers/fc_net.py"
    assert best("classifiers/fc_net.py", "fc_net.py") is None


def test_given_files_come_from_the_template(assignment):
    workspace = make_workspace(assignment, {"layers.py": b"x = 1\n"}, GIVEN)
    assert workspace.sources == {"layers.py": "x = 1\n", "gradient_check.py": "given = 1\n"}
    assert workspace.located == {"layers.py": "layers.py", "gradient_check.py": "gradient_check.py"}
    assert {file.path: file.origin for file in workspace.files} == {
        "layers.py": "student", "gradient_check.py": "template"
    }  # fmt: skip
    assert (workspace.unusable, workspace.notes) == ({}, [])


@pytest.mark.parametrize("path", ["gradient_check.py", "cs231n/gradient_check.py"])
def test_a_students_own_copy_of_a_given_file_is_kept(assignment, path):
    files = {"cs231n/layers.py": b"x = 1\n", path: b"mine = 1\n"}
    workspace = make_workspace(assignment, files, GIVEN)
    assert workspace.sources == {"cs231n/layers.py": "x = 1\n", path: "mine = 1\n"}
    assert workspace.located["gradient_check.py"] == path
    assert {file.origin for file in workspace.files} == {"student"}
    assert workspace.notes == [f"{path} is not as it was given; yours was used"]


def test_line_ends_are_no_change_of_a_given_file(assignment):
    files = {"layers.py": b"x = 1\n", "gradient_check.py": b"given = 1  \r\n\r\n"}
    assert make_workspace(assignment, files, GIVEN).notes == []


def test_nothing_is_taken_for_a_missing_file_of_the_student(assignment):
    template = {**GIVEN, "layers.py": b"the template's\n"}
    workspace = make_workspace(assignment, {"notes.py": b"x = 1\n"}, template)
    assert workspace.unusable == {"layers.py": "layers.py was not handed in"}
    assert "layers.py" not in workspace.located
    assert "layers.py" not in workspace.sources
    assert {file.path: file.origin for file in workspace.files} == {
        "layers.py": "missing", "gradient_check.py": "template", "notes.py": "student"
    }  # fmt: skip


def test_nothing_handed_in_at_all(assignment):
    workspace = make_workspace(assignment, {}, GIVEN)
    assert workspace.unusable == {"layers.py": "layers.py was not handed in"}
    assert workspace.sources == {"gradient_check.py": "given = 1\n"}


def test_every_file_is_listed_once_with_its_hash(assignment):
    files = {"layers.py": b"x = 1\n", "helper.py": b"y = 2\n", "old/layers.py": b"z = 3\n"}
    workspace = make_workspace(assignment, files, GIVEN)
    listed = {file.path: file.sha256 for file in workspace.files}
    assert len(listed) == len(workspace.files)
    assert listed == {
        path: hashlib.sha256(content).hexdigest() for path, content in {**files, **GIVEN}.items()
    }


def test_the_student_reads_which_copy_was_graded(assignment):
    files = {"old/layers.py": b"x = 1\n", "layers.py": b"x = 2\n", "a/b/layers.py": b"x = 3\n"}
    workspace = make_workspace(assignment, files, GIVEN)
    assert workspace.notes == ["layers.py was graded, not old/layers.py, a/b/layers.py"]
    assert workspace.located["layers.py"] == "layers.py"


def test_a_file_with_a_long_and_a_short_name_is_one_file(assignment):
    net = File("classifiers/fc_net.py", also=["clf/fc_net.py", "fc_net.py"])
    both = dataclasses.replace(assignment, files=[net])
    for path in ("classifiers/fc_net.py", "test/clf/fc_net.py", "fc_net.py"):
        workspace = make_workspace(both, {path: b"x = 1\n"}, {})
        assert workspace.located == {"classifiers/fc_net.py": path}
        assert workspace.notes == []


def test_helpers_of_the_student_come_along(assignment):
    files = {"layers.py": b"x = 1\n", "norm_tools.py": b"y = 2\n", "notes.txt": b"hello"}
    sources = make_workspace(assignment, files, GIVEN).sources
    assert set(sources) == {"layers.py", "norm_tools.py", "gradient_check.py"}


def test_two_files_of_the_student(assignment):
    two = [File("layers.py"), File("classifiers/fc_net.py")]
    both = dataclasses.replace(assignment, files=two)
    workspace = make_workspace(both, {"cs231n/classifiers/fc_net.py": b"x = 1\n"}, {})
    assert workspace.located == {"classifiers/fc_net.py": "cs231n/classifiers/fc_net.py"}
    assert set(workspace.unusable) == {"layers.py"}


def test_the_digest_names_paths_and_contents():
    one = digest_of({"a.py": b"1", "b.py": b"2"})
    assert one == digest_of({"b.py": b"2", "a.py": b"1"})
    others = [
        {"a.py": b"1"}, {"a.py": b"1", "b.py": b"3"}, {"a.py": b"1", "c.py": b"2"},
        {"a.py": b"2", "b.py": b"1"}, {"a.py": b"1b.py\x001\x002"}, {"a.py": b"", "b.py": b"12"},
        {"a.py": b"1b.py2"}, {},
    ]  # fmt: skip
    assert len({one, *map(digest_of, others)}) == len(others) + 1


def test_the_digest_does_not_depend_on_the_template(assignment):
    files = {"layers.py": b"x = 1\n"}
    one = make_workspace(assignment, files, GIVEN)
    other = make_workspace(assignment, files, {"gradient_check.py": b"given = 2\n"})
    assert one.digest == other.digest == digest_of(files)


TOOLS = ("selfcheck.py", "hw/collate.py", "public_checks/compare.py", "collating/packing.py")


@pytest.mark.parametrize("content", [b"x = 1\n", b"\xff\xfe\0", b"#" * (2 << 20)])
def test_nothing_is_said_of_the_tools_that_were_handed_out(assignment, content):
    files = {"layers.py": b"", "own.py": b"", **dict.fromkeys(TOOLS, content)}
    workspace = make_workspace(assignment, files, GIVEN)
    assert [file.path for file in workspace.files] == ["layers.py", "gradient_check.py", "own.py"]
    assert workspace.notes == []


def test_a_tool_can_be_imported(assignment):
    files = {"layers.py": b"from public_checks.compare import slope\n", TOOLS[2]: b"slope = 1\n"}
    assert TOOLS[2] in make_workspace(assignment, files, GIVEN).sources


@pytest.mark.parametrize("name", ["selfcheck.py", "collate.py"])
def test_a_tool_is_not_taken_for_the_file_that_is_asked_for(assignment, take_in, folder_of, name):
    assert arrange([(name, "there")], assignment) == ({name: "there"}, [])
    (match,) = take_in(folder_of({name: b"x = 1\n"}) / name).matching.matches
    assert match.problems == ("it holds no layers.py",)
