"""Names of files that platforms and browsers change, names of folders, and moments."""

import pytest

from grader.core.assignment import File, Notebook
from grader.intake.naming import arrange, by_repetition, file_name, known_names, moment, usual_name

KNOWN = frozenset({"layers.py", "fc-2.py", "BatchNormalization.ipynb"})


@pytest.mark.parametrize(
    ("name", "usual"),
    [
        ("layers.py", "layers.py"),
        ("layers-1.py", "layers.py"),
        ("layers-12.py", "layers.py"),
        ("layers (1).py", "layers.py"),
        ("layers(1).py", "layers.py"),
        ("layers-1-1.py", "layers.py"),
        ("layers (1)-2.py", "layers.py"),
        ("hw/layers-1.py", "hw/layers.py"),
        ("BatchNormalization-3.ipynb", "BatchNormalization.ipynb"),
        # Only what then is a file of the assignment loses its ending.
        ("solver-1.py", "solver-1.py"),
        ("layers-1.ipynb", "layers-1.ipynb"),
        ("fc-2.py", "fc-2.py"),
        ("fc-2-1.py", "fc-2.py"),
        ("layers-1234.py", "layers-1234.py"),
        ("layers-a.py", "layers-a.py"),
        ("-1.py", "-1.py"),
    ],
)
def test_the_ending_of_a_repeated_file_goes(name, usual):
    assert usual_name(name, KNOWN) == usual


def test_short_names_and_the_notebook_are_known_too(assignment):
    object.__setattr__(assignment, "notebook", Notebook("BatchNormalization.ipynb"))
    assignment.files.append(File("classifiers/fc_net.py", also=["clf/nets.py"]))
    assert known_names(assignment) == {
        "layers.py", "gradient_check.py", "fc_net.py", "nets.py", "BatchNormalization.ipynb"
    }  # fmt: skip


def test_files_get_the_names_they_should_have(assignment):
    files = [("layers-1.py", "a"), ("solver-1.py", "b"), ("hw.zip", "c")]
    assert arrange(files, assignment) == (
        {"layers.py": "a", "solver-1.py": "b", "hw.zip": "c"},
        ["renamed file: layers-1.py → layers.py"],
    )


def test_of_two_files_for_one_name_the_last_counts(assignment):
    parts, remarks = arrange([("layers.py", "old"), ("layers-1.py", "new")], assignment)
    assert parts == {"layers.py": "new"}
    assert remarks == ["several files for layers.py: layers-1.py taken"]


def test_where_nothing_tells_their_age_the_plain_name_counts(assignment):
    names = ["layers.py", "layers (2).py", "layers-10.py", "layers (1).py"]
    assert by_repetition(names, assignment)[-1] == "layers.py"
    assert by_repetition(["layers-10.py", "layers-9.py"], assignment)[-1] == "layers-10.py"
    parts, _ = arrange([(n, n) for n in by_repetition(names, assignment)], assignment)
    assert parts == {"layers.py": "layers.py"}


def test_a_lone_source_file_is_what_was_asked_for(assignment):
    parts, remarks = arrange([("homework_ann.py", "x")], assignment)
    assert parts == {"layers.py": "x"}
    assert remarks == ["renamed file: homework_ann.py → layers.py"]


@pytest.mark.parametrize(
    "names", [["gradient_check.py"], ["a.py", "b.py"], ["hw.zip"], ["hw.ipynb"]]
)
def test_what_may_be_something_else_keeps_its_name(assignment, names):
    assert arrange([(name, name) for name in names], assignment) == ({n: n for n in names}, [])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Zoë Müller", "Zoë Müller"),
        ("  李 明 ", "李 明"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("AC/DC", "AC_DC"),
        ("a\x1b[2J\u202eb", r"a\x1b[2J\u202eb"),
        ("two\nlines", r"two\nlines"),
    ],
)
def test_a_student_s_folder_has_a_harmless_name(text, name):
    assert file_name(text) == name


def test_it_fits_any_file_system():
    assert len(file_name("名" * 500).encode()) <= 200


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-03-01 07:59:12.345678000 Z", "2024-03-01T07:59:12+00:00"),
        ("2024-03-01 07:59:12 UTC", "2024-03-01T07:59:12+00:00"),
        ("2024-03-01 09:00:00 -0800", "2024-03-01T09:00:00-08:00"),
        ("2024-03-01T09:00:00+05:30\n", "2024-03-01T09:00:00+05:30"),
        ("2015-02-02 15:58:23.948203 America/Los_Angeles", "2015-02-02T15:58:23-08:00"),
        # Nobody knows where that clock stood.
        ("2024-03-01 07:59:12", ""),
        ("2024-13-01 07:59:12 Z", ""),
        ("2024-03-01 07:59:12 Nowhere/Land", ""),
        ("2024-03-01 07:59:12 ../../etc/passwd", ""),
        ("2024-03-01 07:59:12 America", ""),
        ("2024-03-01 07:59:12 +9900", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_a_moment_is_known_with_its_offset_or_not_at_all(text, iso):
    assert moment(text) == iso
