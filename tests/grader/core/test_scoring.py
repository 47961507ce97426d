"""Check results become points: nothing unproven earns, and nothing of ours costs."""

import itertools

import pytest

from grader.core.assignment import Assignment, Criterion, File
from grader.core.errors import ConfigurationError
from grader.core.finding import CheckResult
from grader.core.outcome import Outcome
from grader.core.score import Status, score_criterion, score_submission

FRACTION = {"all": 1.0, "nothing": 0.0, "withheld": None, "pending": None}


def criterion(name="a", points=10.0, **more):
    return Criterion(name, f"Criterion {name}", points, **more)


def check(outcome, criterion="a"):
    """Make a check result; a number stands for PARTIAL with this fraction."""
    if isinstance(outcome, float):
        return CheckResult("id", criterion, "title", Outcome.PARTIAL, outcome)
    outcome = Outcome(outcome)
    return CheckResult("id", criterion, "title", outcome, FRACTION[outcome.meaning.earns])


def line(outcomes, **more):
    return score_criterion(criterion(**more), [check(outcome) for outcome in outcomes])


@pytest.mark.parametrize(
    ("outcome", "earned"),
    [
        ("PASSED", 10.0),
        (0.75, 7.5),
        ("FAILED", 0.0),
        ("MISSING", 0.0),
        ("RAISED", 0.0),
        ("TIMED_OUT", 0.0),
        ("CRASHED", 0.0),
        ("OVER_LIMIT", 0.0),
        ("BUILD_FAILED", 0.0),
        ("SKIPPED", 0.0),
        ("BROKEN", None),
        ("AWAITING", None),
    ],
)
@pytest.mark.parametrize("combine", ["all", "share"])
def test_one_check(outcome, earned, combine):
    scored = line([outcome], combine=combine)
    assert scored.earned == earned
    assert scored.outcome == ("PARTIAL" if isinstance(outcome, float) else outcome)


@pytest.mark.parametrize(
    ("outcomes", "outcome", "earned"),
    [
        (["PASSED", "PASSED"], "PASSED", 10.0),
        (["PASSED", "FAILED"], "FAILED", 0.0),
        (["PASSED", 0.4], "PARTIAL", 4.0),
        ([0.75, 0.4], "PARTIAL", 4.0),
        ([0.75, "SKIPPED"], "SKIPPED", 0.0),
        (["FAILED", "RAISED"], "RAISED", 0.0),
    ],
)
def test_all_earns_what_the_worst_check_earns(outcomes, outcome, earned):
    for order in itertools.permutations(outcomes):
        scored = line(order, combine="all")
        assert (scored.outcome, scored.earned) == (outcome, earned)


@pytest.mark.parametrize(
    ("outcomes", "outcome", "earned"),
    [
        (["PASSED", "PASSED"], "PASSED", 10.0),
        (["PASSED", "FAILED"], "PARTIAL", 5.0),
        (["PASSED", "PASSED", "FAILED"], "PARTIAL", 6.67),
        (["PASSED", 0.5], "PARTIAL", 7.5),
        (["FAILED", "TIMED_OUT"], "TIMED_OUT", 0.0),
    ],
)
def test_share_earns_the_mean(outcomes, outcome, earned):
    for order in itertools.permutations(outcomes):
        scored = line(order, combine="share")
        assert (scored.outcome, scored.earned) == (outcome, earned)


@pytest.mark.parametrize("combine", ["all", "share"])
@pytest.mark.parametrize("outcome", ["BROKEN", "AWAITING"])
@pytest.mark.parametrize("other", ["PASSED", "FAILED", 0.5])
def test_an_unknown_check_leaves_the_criterion_open(combine, outcome, other):
    scored = line([other, outcome], combine=combine)
    assert (scored.outcome, scored.earned) == (outcome, None)


@pytest.mark.parametrize("combine", ["all", "share"])
def test_a_criterion_without_checks_is_withheld(combine):
    scored = line([], combine=combine)
    assert (scored.outcome, scored.earned) == (Outcome.BROKEN, None)


def test_a_submission_where_nothing_ran_is_withheld_not_0():
    score, _ = score_submission([criterion()], [])
    assert (score.status, score.earned, score.possible) == (Status.BROKEN, None, 10.0)


def test_points_add_up():
    rubric = [criterion("a"), criterion("b", 5.0), criterion("c", 2.5)]
    checks = [check("PASSED", "a"), check("FAILED", "b"), check(0.4, "c")]
    score, lines = score_submission(rubric, checks)
    assert (score.status, score.earned, score.possible, score.pending) == ("graded", 11.0, 17.5, 0)
    assert [each.earned for each in lines] == [10.0, 0.0, 1.0]


def test_one_broken_check_withholds_the_whole_score():
    rubric = [criterion("a"), criterion("b")]
    score, lines = score_submission(rubric, [check("PASSED", "a"), check("BROKEN", "b")])
    assert (score.status, score.earned) == (Status.BROKEN, None)
    assert lines[0].earned == 10.0


def test_a_broken_bonus_withholds_too():
    rubric = [criterion("a"), criterion("b", bonus=True)]
    score, _ = score_submission(rubric, [check("PASSED", "a"), check("BROKEN", "b")])
    assert score.earned is None


def test_awaited_points_are_pending_and_the_rest_counts():
    rubric = [criterion("a"), criterion("b", 5.0)]
    score, _ = score_submission(rubric, [check("PASSED", "a"), check("AWAITING", "b")])
    assert (score.status, score.earned, score.pending) == (Status.AWAITING, 10.0, 5.0)
    assert score.possible == 15.0


def test_broken_outweighs_awaiting():
    rubric = [criterion("a"), criterion("b")]
    score, _ = score_submission(rubric, [check("BROKEN", "a"), check("AWAITING", "b")])
    assert (score.status, score.earned) == (Status.BROKEN, None)


@pytest.mark.parametrize(
    "outcomes", [[], ["PASSED"], ["FAILED"], ["BROKEN"], ["AWAITING"], ["CRASHED", "PASSED"]]
)
def test_points_possible_do_not_depend_on_what_ran(outcomes):
    rubric = [criterion("a", 7.0), criterion("b", 5.0), criterion("c", 3.0, bonus=True)]
    score, _ = score_submission(rubric, [check(outcome) for outcome in outcomes])
    assert score.possible == 12.0


def test_bonus_is_earned_on_top_of_what_is_possible():
    rubric = [criterion("a"), criterion("b", 4.0, bonus=True)]
    score, _ = score_submission(rubric, [check("PASSED", "a"), check("PASSED", "b")])
    assert (score.earned, score.possible) == (14.0, 10.0)


def test_lines_stand_in_the_order_of_the_rubric():
    rubric = [criterion("b"), criterion("a")]
    _, lines = score_submission(rubric, [check("PASSED", "a"), check("PASSED", "b")])
    assert [each.id for each in lines] == ["b", "a"]


@pytest.mark.parametrize("points", [[0.1, 0.2], [0.1] * 3, [12, 5, 10], [2.5, 0.25]], ids=str)
def test_everything_right_earns_exactly_what_is_possible(points):
    rubric = [criterion(f"c{n}", value) for n, value in enumerate(points)]
    score, _ = score_submission(rubric, [check("PASSED", each.id) for each in rubric])
    assert score.earned == score.possible
    assert score.possible == Assignment("", "", [File("a.py")], [], rubric).possible


@pytest.mark.parametrize("points", [0.125, 2.675, 33.333])
def test_points_that_rounding_would_cut_are_refused_or_earned_in_full(points):
    try:
        rubric = [criterion("a", points)]
    except ConfigurationError:
        return
    score, _ = score_submission(rubric, [check("PASSED")])
    assert score.earned == score.possible
