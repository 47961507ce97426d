"""Scores do not depend on luck: other seeds draw other inputs and give the same score."""

import dataclasses
import re

import pytest

from grader import catalog
from grader.core.report import Usage
from grader.intake.submissions import HandIn
from grader.run import Run
from grader.serial import grade_in_this_process, with_grader

SEEDS = range(1, 21)


@pytest.fixture(scope="module")
def entry(batchnorm):
    return catalog.find_assignment(batchnorm)


def scores(entry, tier, path, seeds):
    found = []

    def body(grade_one):
        found.extend(grade_one(HandIn("one", path), seed).score.earned for seed in seeds)

    with_grader(Run(entry, 0, tier), body)
    return found


def test_the_reference_earns_everything_with_every_seed(entry, tier, tmp_path):
    # But for the written answers, which a person grades.
    full = sum(line.points for line in entry.assignment.criteria if not line.answer)
    solution = entry.hand_in_solution(tmp_path / "solution")
    assert scores(entry, tier, solution, SEEDS) == [full] * len(SEEDS)


def test_the_template_earns_nothing(entry, tier):
    assert scores(entry, tier, entry.folders.template, range(3)) == [0.0] * 3


def test_a_mistake_costs_the_same_with_every_seed(entry, tier, project):
    path = project / "tests/submissions/batchnorm/eps_outside_sqrt/hand-in"
    assert set(scores(entry, tier, path, range(1, 9))) == {95.0}


@pytest.mark.parametrize(
    ("case", "score"),
    [("variance_summed", 54.5), ("alt_copies_wrong_staged", 114.0), ("identity_pair", 2.5)],
)
def test_follow_through_does_not_depend_on_luck(entry, tier, project, case, score):
    path = project / "tests/submissions/batchnorm" / case / "hand-in"
    assert set(scores(entry, tier, path, range(1, 7))) == {score}


def without_times(report):
    """Leave out what may differ between two runs: times, and the measured ratio of the speedup."""
    checks = [
        dataclasses.replace(c, seconds=0.0, notes=())
        for c in report.checks
        if c.criterion != "bn_speedup"
    ]
    return dataclasses.replace(report, usage=Usage(), checks=checks, notes=[])


def test_grading_again_gives_the_same_record(entry, tier, project):
    path = project / "tests/submissions/batchnorm/momentum_swapped/hand-in"
    reports = []
    for _ in range(2):
        grade_in_this_process(Run(entry, 5, tier), [HandIn("one", path)], reports.append)
    assert without_times(reports[0]) == without_times(reports[1])


def test_another_seed_draws_other_inputs(entry, tier, project):
    path = project / "tests/submissions/batchnorm/momentum_swapped/hand-in"
    reports = []
    for seed in (1, 2):
        grade_in_this_process(Run(entry, seed, tier), [HandIn("one", path)], reports.append)
    first, second = (
        [c.finding.secret for c in report.checks if c.finding.secret] for report in reports
    )
    assert first
    assert first != second


def test_nothing_hidden_is_in_what_a_student_gets(entry, tier, project, tmp_path, monkeypatch):
    """Hidden inputs, expected values, sources of checks and seeds stay out of students/."""
    from grader import publish
    from grader.numeric import compare

    hidden: set[str] = set()
    judge = compare.expect_bands

    def spy(name, actual, expected, bands, **words):
        if expected.size <= 400:
            hidden.update(number[:10] for number in map(repr, expected.ravel().tolist()))
        judge(name, actual, expected, bands, **words)

    monkeypatch.setattr(compare, "expect_bands", spy)
    # The last two hold follow-through, where it earns and where it fails.
    cases = ("momentum_swapped", "dx_direct_only", "ln_axis0", "variance_summed", "bn_axis1")
    members = [
        HandIn(case, project / "tests/submissions/batchnorm" / case / "hand-in") for case in cases
    ]
    seed = 987654321
    grade_in_this_process(
        Run(entry, seed, tier), members, lambda report: publish.publish_report(tmp_path, report)
    )
    assert len(hidden) > 300
    sources = "".join(path.read_text() for path in entry.folders.suite.glob("*.py"))
    for path in (tmp_path / "students").rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        assert str(seed) not in text
        numbers = {number[:10] for number in re.findall(r"-?\d+\.\d+", text)}
        assert not {number for number in numbers & hidden if len(number) == 10}, path
        for line in sources.splitlines():
            if line.startswith(("    ", "def ", "@")) and "(" in line:
                assert line.strip() not in text
    staff = (tmp_path / "staff" / "dx_direct_only.json").read_text(encoding="utf-8")
    assert str(seed) in staff
    assert "expected value" in staff
