"""Which hand-ins a command line names, and whose they are."""

import os
import unicodedata
from pathlib import Path

import pytest

from grader.core.errors import UsageError
from grader.intake.submissions import find_hand_ins

LAYERS = {"layers.py": b"x = 1\n"}


@pytest.fixture
def found(assignment):
    """Return a function that gives `{student: path}` for arguments."""

    def find(*arguments):
        hand_ins = find_hand_ins([Path(argument) for argument in arguments], assignment)
        return {hand_in.student: hand_in.path for hand_in in hand_ins}

    return find


@pytest.fixture
def refused(found):
    """Return a function that gives the one-line complaint about arguments."""

    def complain(*arguments):
        with pytest.raises(UsageError) as caught:
            found(*arguments)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return complain


def test_class_folder(found, folder_of):
    root = folder_of(
        {"bob/layers.py": b"", "alice/cs231n/layers.py": b"", "carol/hw/layers.py": b""}
    )
    assert found(root) == {name: root / name for name in ("alice", "bob", "carol")}
    assert list(found(root)) == ["alice", "bob", "carol"]


def test_class_folder_of_archives_and_files(found, folder_of, zip_of):
    data = zip_of(LAYERS).read_bytes()
    names = ["alice.zip", "bob.tar.gz", "carol.tgz", "dave.tar", "erin.py", "Frank Ö.ZIP"]
    root = folder_of(dict.fromkeys(names, data), "class")
    assert set(found(root)) == {"alice", "bob", "carol", "dave", "erin", "Frank Ö"}


def test_class_folder_with_clutter(found, folder_of):
    root = folder_of({"alice/layers.py": b"", "grades.csv": b"", ".DS_Store": b"",
                      "__MACOSX/alice/layers.py": b"", ".git/layers.py": b""})  # fmt: skip
    assert set(found(root)) == {"alice"}


def test_a_student_who_handed_in_nothing_useful_is_graded_too(found, folder_of):
    root = folder_of({"alice/layers.py": b"", "bob/notes.txt": b"I was ill"})
    (root / "carol").mkdir()
    assert set(found(root)) == {"alice", "bob", "carol"}


@pytest.mark.parametrize("path", ["layers.py", "cs231n/layers.py", "test/layers.py"])
def test_single_folder(found, folder_of, path):
    root = folder_of({path: b"", "helper.py": b"", "figures/a.png": b""}, "alice")
    assert found(root) == {"alice": root}


def test_a_single_folder_with_an_older_copy_inside(found, folder_of):
    root = folder_of({"layers.py": b"", "old/layers.py": b"", "older/layers.py": b""}, "alice")
    assert found(root) == {"alice": root}


def test_a_member_named_like_a_course_package_does_not_hide_the_class(found, folder_of):
    # "test" is a package of one course, and what instructors call their own try.
    members = ("alice", "bob", "carol", "test")
    root = folder_of({f"{member}/layers.py": b"" for member in members})
    assert set(found(root)) == set(members)


@pytest.mark.parametrize(
    "name", ["alice.zip", "alice.tar.gz", "alice.tgz", "alice.tar", "alice.py"]
)
def test_single_file(found, folder_of, name):
    path = folder_of({name: b""}) / name
    assert found(path) == {"alice": path}


@pytest.mark.parametrize("name", ["layers.py", "layers.zip", "layers.tar.gz"])
def test_a_file_that_is_called_as_the_assignment_wants_goes_by_its_folder(found, folder_of, name):
    path = folder_of({name: b""}, "alice") / name
    assert found(path) == {"alice": path}


def test_a_file_named_without_its_folder(found, folder_of, monkeypatch):
    monkeypatch.chdir(folder_of(LAYERS, "alice"))
    assert set(found("layers.py")) == {"alice"}


@pytest.mark.parametrize("argument", [".", "../alice", "./", "cs231n/.."])
def test_a_folder_goes_by_its_own_name_however_it_is_written(
    found, folder_of, monkeypatch, argument
):
    root = folder_of({**LAYERS, "cs231n/helper.py": b""}, "alice")
    monkeypatch.chdir(root)
    assert set(found(argument)) == {"alice"}


def test_a_linked_member_goes_by_the_name_of_the_link(found, folder_of, tmp_path):
    target = folder_of(LAYERS, "uploads/4711")
    root = folder_of({}, "class")
    (root / "alice").symlink_to(target, target_is_directory=True)
    (tmp_path / "uploads" / "4712.py").write_bytes(b"")
    (root / "bob.py").symlink_to(tmp_path / "uploads" / "4712.py")
    assert set(found(root)) == {"alice", "bob"}


def test_several_arguments(found, folder_of):
    root = folder_of({"bob/layers.py": b"", "carol/layers.py": b""}, "class")
    alice = folder_of({"alice.py": b""}, "late") / "alice.py"
    assert list(found(root, alice)) == list(found(alice, root)) == ["alice", "bob", "carol"]


def test_no_argument_is_no_hand_in(found):
    assert found() == {}


def test_names_that_act_are_shown_instead(found, folder_of):
    root = folder_of({"a\u202eb\x1b[2J/layers.py": b"", " carol /layers.py": b""}, "class")
    assert set(found(root)) == {r"a\u202eb\x1b[2J", "carol"}


@pytest.mark.parametrize("name", ["alice/layers.py", "alice.zip", "ALICE/layers.py", "Alice.py"])
def test_two_hand_ins_of_one_name_are_refused(refused, folder_of, name):
    first = folder_of({"alice/layers.py": b""}, "one")
    second = folder_of({name: b"", "bob/layers.py": b""}, "two")
    message = refused(first, second)
    assert message.startswith("two hand-ins for ")
    assert str(first / "alice") in message
    assert str(second / Path(name).parts[0]) in message
    assert message.endswith("rename or remove one")


def test_names_that_look_the_same_are_refused(refused, folder_of):
    names = [unicodedata.normalize(form, "José") for form in ("NFC", "NFD")]
    root = folder_of({f"{name}/layers.py": b"" for name in names})
    if len(os.listdir(root)) < 2:  # noqa: PTH208 - a plain count
        pytest.skip("this file system does not tell them apart")
    assert "two hand-ins for" in refused(root)


def test_empty_folder(refused, folder_of):
    root = folder_of({}, "class")
    assert refused(root) == (
        f"{root} is empty: it should hold hand-ins, or one with layers.py"
    )  # fmt: skip


def test_folder_without_any_known_file(refused, folder_of):
    root = folder_of({"alice/notes.txt": b"", "bob/nets.py": b""}, "class")
    assert refused(root) == f"{root} holds no layers.py, neither at its top nor in any folder"


@pytest.mark.parametrize("name", ["alice.rar", "alice.7z", "alice.pdf", "alice.ipynb.txt", "alice"])
def test_unknown_kind_of_file(refused, folder_of, name):
    path = folder_of({name: b""}) / name
    message = refused(path)
    assert message.startswith(f"{path} is no hand-in")
    assert ".py, .ipynb, .zip, .tar.gz, .tgz, .tar" in message


def test_missing_path(refused, tmp_path):
    assert refused(tmp_path / "nobody") == f"{tmp_path / 'nobody'} does not exist"


def test_one_bad_argument_stops_before_anything_is_graded(refused, folder_of, tmp_path):
    assert "nobody" in refused(folder_of(LAYERS, "alice"), tmp_path / "nobody")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("mode", [0o100, 0], ids=oct)
def test_a_folder_that_may_not_be_read(refused, folder_of, mode):
    root = folder_of({"alice/layers.py": b""}, "class")
    root.chmod(mode)
    try:
        assert "check its permissions" in refused(root)
    finally:
        root.chmod(0o700)
