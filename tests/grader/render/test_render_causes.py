from __future__ import annotations

import pytest

from grader.core.finding import Finding
from grader.core.outcome import Outcome
from grader.render.causes import find_causes, find_lines, look_first


def failed(what):
    return Outcome.FAILED, 0.0, Finding(what)


def test_one_finding_of_many_checks_is_one_cause(unreadable):
    (cause,) = find_causes(unreadable)
    assert (cause.number, len(cause.criteria), len(cause.checks)) == (1, 6, 7)
    assert cause.shared
    assert (cause.lost(), cause.lost(bonus=True)) == (100, 8)


def test_what_costs_most_comes_first(make_report):
    report = make_report(
        faults={
            "group 0": failed("g"),
            "running 0": failed("r"),
            "forward 0": failed("f"),
            "speed 0": failed("s"),
        }
    )
    first = look_first(find_causes(report))
    assert [cause.finding.what for cause in first] == ["f", "r", "s"]
    assert [cause.number for cause in first] == [1, 2, 3]


def test_what_many_criteria_share_is_always_among_the_first(make_report):
    few = {"forward 0": failed("a"), "running 0": failed("b"), "dx 0": failed("c")}
    cheap = Outcome.PARTIAL, 0.5, Finding("shared")
    many = dict.fromkeys(["speed 0", "group 0", "inputs 0"], cheap)
    first = look_first(find_causes(make_report(faults=few | many)))
    assert [cause.finding.what for cause in first] == ["a", "b", "c", "shared"]


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.AWAITING, Outcome.BROKEN])
def test_what_no_student_can_mend_is_not_to_be_looked_at_first(make_report, outcome):
    fraction = 0.0 if outcome is Outcome.SKIPPED else None
    causes = find_causes(make_report(every=(outcome, fraction, Finding("x"))))
    assert len(causes) == 1
    assert look_first(causes) == []


def test_secrets_do_not_make_two_causes_of_one(make_report):
    faults = {
        name: (Outcome.RAISED, 0.0, Finding("same", secret={"message": name}))
        for name in ("forward 0", "dx 0", "speed 0")
    }
    assert len(find_causes(make_report(faults=faults))) == 1


def test_a_cause_of_two_criteria_is_told_at_the_first(make_report):
    report = make_report(faults=dict.fromkeys(["running 0", "dx 0"], failed("same")))
    lines = {line.score.id: line for line in find_lines(report, find_causes(report))}
    assert lines["running"].parts[0].told
    assert not lines["dx"].parts[0].told
    assert lines["dx"].parts[0].see is lines["running"].score


def test_every_check_stands_in_exactly_one_place(klass):
    for report in klass:
        lines = find_lines(report, find_causes(report))
        told = [check.id for line in lines for part in line.parts for check in part.checks]
        told += [check.id for line in lines for check in line.passed]
        assert sorted(told) == sorted(check.id for check in report.checks)
