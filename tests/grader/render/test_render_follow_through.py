"""Every view says plainly what was earned by following from an earlier mistake."""

from __future__ import annotations

import dataclasses
import re

import pytest

from grader.core.assignment import Criterion
from grader.core.finding import CheckResult, Finding
from grader.core.outcome import Outcome
from grader.core.score import score_submission
from grader.render.causes import find_causes, find_lines, look_first
from grader.render.html import class_page, staff_page, student_page
from grader.render.record import from_json, to_json
from grader.render.text import one_line

RUBRIC = [
    Criterion("forward", "Forward pass", 10),
    Criterion("dx", "Backward pass", 9, follow_through=0.5, follows=["forward"]),
]
WRONG = Finding("dx differs from the expected values", error=0.5)
OWN = Finding("dx is not that of your forward pass", error=0.25, secret={"own": "SECRET-0.5"})


def check(criterion, outcome, title, finding=None, *, follow_through=False):
    fraction = 1.0 if outcome is Outcome.PASSED else 0.0
    return CheckResult(
        id=f"test_hidden.py::{title}",
        criterion=criterion,
        title=title,
        outcome=outcome,
        fraction=fraction,
        finding=finding or Finding(),
        follow_through=follow_through,
    )


@pytest.fixture
def make(make_report):
    def run(outcome, finding=None):
        checks = [
            check("forward", Outcome.FAILED, "Forward is right.", Finding("out differs")),
            check("dx", Outcome.FAILED, "Backward is right.", WRONG),
            check("dx", outcome, "Backward fits yours.", finding, follow_through=True),
        ]
        score, criteria = score_submission(RUBRIC, checks)
        return dataclasses.replace(make_report(), score=score, criteria=criteria, checks=checks)

    return run


@pytest.fixture
def credited(make):
    return make(Outcome.PASSED)


@pytest.fixture
def refused(make):
    return make(Outcome.FAILED, OWN)


def text_of(page):
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<main>")[2]).split())


def test_the_page_says_from_what_it_follows_and_what_it_earns(credited):
    text = text_of(student_page(credited))
    assert (
        "The rest of the work follows from an earlier mistake, in \N{LEFT DOUBLE QUOTATION MARK}"
        "Forward pass\N{RIGHT DOUBLE QUOTATION MARK}: judged against your own work there, it earns "
        "50% of the points."
    ) in text
    assert "4.5 of 9" in text
    assert "1 check of follow-through passed Backward fits yours." in text
    assert "4.5 points by follow-through" in student_page(credited)


def test_without_credit_nothing_is_said_of_it(refused, perfect):
    for report in (refused, perfect):
        assert "follows from an earlier mistake" not in student_page(report)
        assert "points by follow-through" not in student_page(report)


def test_a_check_of_follow_through_that_fails_is_told_apart(refused):
    text = text_of(student_page(refused)).partition("The rubric")[2]
    assert "Follow-through: Backward fits yours. dx is not that of your forward pass" in text
    assert "Follow-through: Backward is right." not in text


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.RAISED])
def test_it_is_nothing_to_look_at_first(make, outcome):
    report = make(outcome, OWN)
    causes = find_causes(report)
    assert [cause.headline for cause in look_first(causes)] == ["Forward pass", "Backward pass"]
    assert len(find_lines(report, causes)[1].parts) == 2


def test_code_that_stops_there_is_no_shared_cause(make):
    stopped = Finding("backward raised ValueError")
    report = make(Outcome.RAISED, stopped)
    first, *rest = report.checks
    same = dataclasses.replace(first, outcome=Outcome.RAISED, finding=stopped)
    causes = find_causes(dataclasses.replace(report, checks=[same, *rest]))
    assert [len(cause.checks) for cause in causes] == [1, 1, 1]


def test_staff_see_which_checks_they_are_and_the_student_no_secret(refused):
    assert "follow-through, FAILED" in staff_page(refused)
    assert "SECRET-0.5" in staff_page(refused)
    assert "SECRET-0.5" not in student_page(refused)


def test_the_class_page_counts_them(credited, refused):
    assert text_of(class_page([credited, refused])).count("1 by follow-through") == 1
    assert "by follow-through" not in class_page([refused])


def test_the_terminal_says_it(credited, refused):
    assert one_line(credited) == "ada: 4.5 / 19 (1 criterion by follow-through)"
    assert one_line(refused) == "ada: 0 / 19"


def test_the_record_keeps_it(credited):
    kept = from_json(to_json(credited))
    assert [each.follow_through for each in kept.checks] == [False, False, True]
    assert [each.followed for each in kept.criteria] == [[], ["forward"]]
