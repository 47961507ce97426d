"""What a class says of known mistakes, and of the checks themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.core.finding import Diagnosis, Finding
from grader.core.outcome import Outcome
from grader.render.html import class_page, student_page
from grader.render.tally import doubtful_checks, tally_mistakes

SWAPPED = Diagnosis("swapped", "momentum is swapped", "How much stays?")
BATCH = Diagnosis("batch", "the batch is used", "Which statistics?")
FAILED = (Outcome.FAILED, 0.0, Finding("wrong"))
MISSING = (Outcome.MISSING, 0.0, Finding("not there"))


def with_diagnosis(report, *diagnoses):
    checks = [
        replace(check, diagnosis=diagnoses) if check.outcome is Outcome.FAILED else check
        for check in report.checks
    ]
    return replace(report, checks=checks)


def test_mistakes_are_counted_by_hand_in_the_most_frequent_first(make_report):
    one = with_diagnosis(make_report("ada", every=FAILED), BATCH, SWAPPED)
    two = with_diagnosis(make_report("bob", every=FAILED), SWAPPED)
    found = tally_mistakes([two, one, make_report("cy")])
    assert [(each.diagnosis.id, each.students) for each in found] == [
        ("swapped", ["ada", "bob"]),
        ("batch", ["ada"]),
    ]
    page = class_page([one, two]).partition("Known mistakes")[2]
    assert page.index("momentum is swapped") < page.index("the batch is used")


def doubtful(reports):
    return [each.check.id for each in doubtful_checks(reports)]


def test_a_check_that_nobody_passes_is_doubtful(make_report):
    reports = [make_report(name, {"inputs 0": FAILED}) for name in ("ada", "bob")]
    assert doubtful(reports) == ["test_hidden_inputs.py::test_nodeid_0"]
    assert doubtful([*reports, make_report("cy")]) == []


@pytest.mark.parametrize("fault", [MISSING, (Outcome.SKIPPED, 0.0, Finding())])
def test_what_is_not_there_says_nothing_of_a_check(make_report, fault):
    assert doubtful([make_report(name, {"inputs 0": fault}) for name in ("ada", "bob")]) == []


def test_a_check_that_half_of_the_best_fail_is_doubtful(make_report):
    best = [make_report(f"good {n}", {"inputs 0": FAILED} if n < 2 else {}) for n in range(4)]
    rest = [make_report(f"weak {n}", {"inputs 1": FAILED, "group 0": FAILED}) for n in range(12)]
    found = doubtful([*best, *rest])
    assert found == ["test_hidden_inputs.py::test_nodeid_0"]
    assert "Checks to look at again" in class_page([*best, *rest])


def test_a_mistake_is_told_once_for_all_that_it_costs(make_report):
    report = with_diagnosis(make_report("ada", every=FAILED), SWAPPED)
    page = student_page(report)
    assert page.count("It looks as if momentum is swapped.") == 1
    assert page.count("How much stays?") == 1
