"""Every hand-in of the example class in C gets the verdict that its expect.toml states."""

import json
import shutil
from pathlib import Path

import pytest

from grader.publish import publish_report
from tests.grader.example_class import cases_of, check_explained, check_verdict

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc here")
CASES = cases_of("batchnorm_c")
# What the hand-in `constructor` tries to make.
FORBIDDEN = [Path("/tmp/batch_norm_was_here"), Path("/tmp/batch_norm_child_was_here")]  # noqa: S108


@pytest.fixture(scope="module")
def reports(grade_all, project):
    for path in FORBIDDEN:
        path.unlink(missing_ok=True)
    assignment = str(project / "reference" / "batchnorm_c")
    return grade_all(assignment, {case.name: case / "hand-in" for case in CASES})


@pytest.fixture(scope="module")
def returned(reports, tmp_path_factory):
    """The folder that students get back."""
    out = tmp_path_factory.mktemp("results")
    for report in reports.values():
        publish_report(out, report)
    return out / "students"


@pytest.fixture(scope="module")
def told(returned):
    """What a student is told of a check of a criterion that was not passed, as a list."""

    def read(name, criterion):
        report = json.loads((returned / name / "report.json").read_text(encoding="utf-8"))
        lost = [check for check in report["checks"] if check["outcome"] != "PASSED"]
        return [check["finding"] for check in lost if check["criterion"] == criterion]

    return read


def line_of(name, part):
    """Return how messages call the only line of a batch_norm.c that has some text in it."""
    [case] = [case for case in CASES if case.name == name]
    lines = (case / "hand-in" / "batch_norm.c").read_text(encoding="utf-8").splitlines()
    [number] = [n for n, line in enumerate(lines, 1) if part in line]
    return f"line {number} of batch_norm.c"


def test_what_never_ends_is_waited_for_three_times_in_both_builds_together(reports):
    outcomes = [check.outcome for check in reports["infinite_loop"].checks]
    assert outcomes.count("TIMED_OUT") == 3


def test_there_are_enough():
    assert len(CASES) >= 12


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_verdict(case, reports):
    check_verdict(case, reports[case.name])
    assert reports[case.name].score.possible == 100


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_lost_point_is_explained(case, reports):
    check_explained(reports[case.name])


def test_the_compiler_is_quoted_with_its_lines(told):
    finding, *_ = told("does_not_compile", "variance")
    assert finding["what"] == "it does not compile"
    semicolon, name = finding["actual"].split("; line")
    # It is missed where the next word is.
    assert semicolon.startswith(line_of("does_not_compile", "sum += diff * diff"))
    assert finding["where"] == semicolon.partition(":")[0]
    assert f"line{name}".startswith(line_of("does_not_compile", "dmean") + ": 'dmean' undeclared")


def test_what_lies_outside_is_told_with_its_line(told):
    [finding] = told("out_of_bounds", "memory")
    assert finding["what"] == "variance ended the process"
    assert finding["actual"] == "AddressSanitizer: heap-buffer-overflow, read of 4 bytes"
    assert finding["where"] == line_of("out_of_bounds", "isnan")


def test_a_null_pointer_is_told_with_its_line(told):
    [finding] = told("segfaults", "memory")
    assert finding["actual"] == "undefined behaviour: store to null pointer of type 'float'"
    assert finding["where"] == line_of("segfaults", "dx.data[index] = ")
    assert {each["actual"] for each in told("segfaults", "together")} == {"signal SIGSEGV"}


def test_what_tells_the_line_is_read_first(returned):
    page = (returned / "segfaults" / "report.html").read_text(encoding="utf-8")
    assert page.index("store to null pointer") < page.index("SIGSEGV")


def test_what_leaks_is_told(reports):
    notes = [note for check in reports["leaks"].checks for note in check.notes]
    assert notes == ["normalize leaves memory behind that it never frees: 12 bytes in one call"]


def test_files_that_a_hand_in_brings_are_used(reports):
    notes = reports["in_src"].notes
    assert "src/matrix.h is not as it was given; yours was used" in notes
    assert "src/matrix.c is not as it was given; yours was used" in notes


def test_no_line_of_an_included_file_is_told(returned):
    for name in ("report.json", "report.html"):
        text = (returned / "includes_passwd" / name).read_text(encoding="utf-8")
        assert "it does not compile" in text
        assert "root:" not in text


@pytest.mark.usefixtures("reports")
def test_what_is_made_while_it_is_loaded_is_not_there():
    assert not [path for path in FORBIDDEN if path.exists()]
