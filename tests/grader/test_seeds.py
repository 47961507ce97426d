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
# Mistakes, with what they leave; the last three by follow-through.
SCORES = {
    "eps_outside_sqrt": 95.0,
    "variance_summed": 54.5,
    "alt_copies_wrong_staged": 114.0,
    "identity_pair": 2.5,
}
AGAIN = "momentum_swapped"


@pytest.fixture(scope="module")
def entry(batchnorm):
    return catalog.find_assignment(batchnorm)


@pytest.fixture(scope="module")
def reports(entry, tier, project, tmp_path_factory):
    """Grade each hand-in with its seeds, all in one grader; return their reports by hand-in."""
    cases = {case: project / "tests/submissions/batchnorm" / case / "hand-in" for case in SCORES}
    wanted = {case: (path, range(1, 8)) for case, path in cases.items()}
    solution = entry.hand_in_solution(tmp_path_factory.mktemp("solution") / "solution")
    wanted["solution"] = solution, SEEDS
    wanted["template"] = entry.folders.template, range(3)
    wanted[AGAIN] = project / "tests/submissions/batchnorm" / AGAIN / "hand-in", (5, 6, 5)
    found = {}

    def body(grade_one):
        for name, (path, seeds) in wanted.items():
            found[name] = [grade_one(HandIn(name, path), seed) for seed in seeds]

    with_grader(Run(entry, 0, tier), body)
    return found


def scores(reports):
    return [report.score.earned for report in reports]


def test_the_reference_earns_everything_with_every_seed(entry, reports):
    # But for the written answers, which a person grades.
    full = sum(line.points for line in entry.assignment.criteria if not line.answer)
    assert scores(reports["solution"]) == [full] * len(SEEDS)


def test_the_template_earns_nothing(reports):
    assert scores(reports["template"]) == [0.0] * 3


@pytest.mark.parametrize("case", SCORES)
def test_a_mistake_costs_the_same_with_every_seed(reports, case):
    assert set(scores(reports[case])) == {SCORES[case]}


def without_times(report):
    """Leave out what may differ between two runs: times, and the measured ratio of the speedup."""
    checks = [
        dataclasses.replace(c, seconds=0.0, notes=())
        for c in report.checks
        if c.criterion != "bn_speedup"
    ]
    return dataclasses.replace(report, usage=Usage(), checks=checks, notes=[])


def test_grading_again_gives_the_same_record(entry, tier, project, reports):
    first, _, later = reports[AGAIN]
    assert without_times(first) == without_times(later)
    path = project / "tests/submissions/batchnorm" / AGAIN / "hand-in"
    elsewhere = []
    grade_in_this_process(Run(entry, 5, tier), [HandIn(AGAIN, path)], elsewhere.append)
    # The seed of the run is noted in the record; here it came with the hand-in.
    assert without_times(first).checks == without_times(elsewhere[0]).checks


def test_another_seed_draws_other_inputs(reports):
    first, second, _ = (
        [c.finding.secret for c in report.checks if c.finding.secret] for report in reports[AGAIN]
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
