from __future__ import annotations

import pytest

from grader.core.finding import Finding
from grader.core.outcome import Outcome
from grader.render import causes
from grader.render.causes import (
    find_causes,
    find_contradiction,
    find_lines,
    first_trouble,
    look_first,
)
from grader.render.words import CONTRADICTS, SIGNS


def failed(what, **more):
    return Outcome.FAILED, 0.0, Finding(what, **more)


def raised(what, **more):
    return Outcome.RAISED, 0.0, Finding(what, **more)


def test_what_stops_the_code_is_one_cause_wherever_it_is_called(unreadable):
    (cause,) = find_causes(unreadable)
    assert (cause.number, len(cause.criteria), len(cause.checks)) == (1, 6, 7)
    assert cause.shared
    assert (cause.lost(), cause.lost(bonus=True)) == (100, 8)


def test_a_wrong_number_is_a_cause_of_its_own_in_each_criterion(make_report):
    found = find_causes(make_report(every=failed("dx differs")))
    assert [len(cause.criteria) for cause in found] == [1] * 6
    assert not any(cause.shared for cause in found)


def test_the_costliest_come_first_in_the_order_of_the_rubric(make_report):
    names = ["forward 0", "running 0", "dx 0", "speed 0", "group 0"]
    report = make_report(faults={name: failed(name) for name in names})
    first = look_first(find_causes(report))
    assert [cause.finding.what for cause in first] == ["forward 0", "running 0", "dx 0"]
    assert [cause.number for cause in first] == [1, 2, 3]


def test_a_small_early_slip_does_not_hide_a_large_one(make_report):
    names = ["inputs 0", "speed 0", "group 0", "running 0"]
    report = make_report(faults={name: failed(name) for name in names})
    first = look_first(find_causes(report))
    assert [cause.finding.what for cause in first] == ["running 0", "speed 0", "inputs 0"]


def test_what_is_close_already_can_wait(full):
    first = look_first(find_causes(full))
    assert [cause.outcome.value for cause in first] == ["FAILED", "RAISED", "PARTIAL"]


def test_what_many_criteria_share_is_always_among_the_first(make_report, monkeypatch):
    monkeypatch.setattr(causes, "_LOOK_FIRST", 1)
    shared = dict.fromkeys(["speed 0", "group 0", "inputs 0"], raised("shared"))
    report = make_report(faults={"forward 0": raised("a"), "dx 0": raised("b")} | shared)
    first = look_first(find_causes(report))
    assert [cause.finding.what for cause in first] == ["a", "shared"]


def test_one_criterion_is_named_once_among_the_first(make_report):
    report = make_report(faults={"inputs 0": failed("x"), "inputs 1": failed("beta")})
    assert len(find_causes(report)) == 2
    assert [cause.headline for cause in look_first(find_causes(report))] == [
        "Inputs stay as they were"
    ]


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.AWAITING, Outcome.BROKEN])
def test_what_no_student_can_mend_is_not_to_be_looked_at_first(make_report, outcome):
    fraction = 0.0 if outcome is Outcome.SKIPPED else None
    found = find_causes(make_report(every=(outcome, fraction, Finding("x"))))
    assert found
    assert look_first(found) == []


def test_the_worst_of_many_is_shown_and_the_others_are_listed(make_report):
    report = make_report(
        faults={
            "inputs 0": failed("x", actual="off by 0.1", where="(1,)", error=0.1),
            "inputs 1": failed("x", actual="off by 0.9", where="(2,)", error=0.9),
        }
    )
    (cause,) = find_causes(report)
    assert cause.finding.actual == "off by 0.9"
    assert cause.others == ["off by 0.1; (1,)"]


def test_secrets_and_lines_do_not_make_two_causes_of_one(make_report):
    faults = {
        name: raised("same", where=f"line {number}", secret={"message": name})
        for number, name in enumerate(["forward 0", "dx 0", "speed 0"])
    }
    (cause,) = find_causes(make_report(faults=faults))
    assert cause.finding.where == "line 0"
    assert cause.others == ["line 1", "line 2"]


def test_a_cause_of_two_criteria_is_told_at_the_first(make_report):
    report = make_report(faults=dict.fromkeys(["running 0", "dx 0"], raised("same")))
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


def test_a_contradiction_is_looked_at_first_where_it_costs_nothing(make_report, a_notebook):
    found = a_notebook("AGREES", "CONTRADICTS", "NOT_SHOWN", "NOTED")
    report = make_report(notebook=found)
    contradiction = find_contradiction(report)
    assert [line.label for line in contradiction.evidence] == ["n1 error"]
    assert (contradiction.criteria, contradiction.lost()) == ([], 0)
    assert first_trouble(report) == (CONTRADICTS, "n1 error in the notebook")


def test_a_contradiction_comes_before_every_cause_and_shifts_their_numbers(make_report, a_notebook):
    report = make_report(
        faults={"forward 0": raised("a")}, notebook=a_notebook("CONTRADICTS", "CONTRADICTS")
    )
    assert first_trouble(report) == (CONTRADICTS, "n0 error and 1 more in the notebook")
    assert [cause.number for cause in look_first(find_causes(report))] == [2]


def test_what_a_contradiction_tells_is_not_listed_again(make_report, a_notebook):
    faults = {"running 0": failed("Shows n0."), "dx 0": failed("dx differs")}
    report = make_report(faults=faults, notebook=a_notebook("CONTRADICTS"))
    contradiction = find_contradiction(report)
    assert [line.id for line in contradiction.criteria] == ["running"]
    assert contradiction.lost() == 20
    assert [cause.finding.what for cause in look_first(find_causes(report))] == ["dx differs"]
    # Its criterion tells it all the same.
    lines = {line.score.id: line for line in find_lines(report, find_causes(report))}
    assert lines["running"].parts[0].told


def test_what_we_failed_to_grade_comes_before_a_contradiction(make_report, a_notebook):
    broken = Outcome.BROKEN, None, Finding()
    report = make_report(faults={"dx 0": broken}, notebook=a_notebook("CONTRADICTS"))
    assert first_trouble(report).sign == SIGNS[Outcome.BROKEN]


def test_without_a_contradiction_there_is_none(make_report, a_notebook):
    assert find_contradiction(make_report()) is None
    assert find_contradiction(make_report(notebook=a_notebook("AGREES", "NOT_SHOWN"))) is None
