"""Follow-through: what is right but for an earlier mistake earns the share that the rubric says."""

import pytest

from grader.core.assignment import Assignment, Criterion, File
from grader.core.errors import ConfigurationError
from grader.core.finding import CheckResult
from grader.core.outcome import Outcome
from grader.core.score import Status, may_follow_through, score_submission

FRACTION = {"all": 1.0, "nothing": 0.0, "withheld": None, "pending": None}
RUBRIC = [
    Criterion("first", "First", 10),
    Criterion("second", "Second", 9, follow_through=0.5, follows=["first"]),
    Criterion("third", "Third", 6, follow_through=0.25, follows=["first", "second"]),
]


def check(criterion, outcome, *, follow_through=False):
    """Make a check result; a number stands for PARTIAL with this fraction."""
    if isinstance(outcome, float):
        parts = Outcome.PARTIAL, outcome
    else:
        parts = Outcome(outcome), FRACTION[Outcome(outcome).meaning.earns]
    return CheckResult("id", criterion, "title", *parts, follow_through=follow_through)


def checks_of(first, second, *following, third="PASSED"):
    ordinary = [check("first", first), check("second", second), check("third", third)]
    return ordinary + [check("second", each, follow_through=True) for each in following]


def second(*outcomes, **more):
    _, lines = score_submission(RUBRIC, checks_of(*outcomes, **more))
    return lines[1].outcome, lines[1].earned, lines[1].followed


@pytest.mark.parametrize("first", ["FAILED", "MISSING", "RAISED", 0.9])
@pytest.mark.parametrize("own", ["FAILED", "RAISED", 0.4])
def test_what_follows_from_a_mistake_earns_the_share(first, own):
    assert second(first, own, "PASSED", "PASSED") == (Outcome.PARTIAL, 4.5, ["first"])


def test_nothing_follows_from_what_is_right():
    assert second("PASSED", "FAILED", "PASSED") == (Outcome.FAILED, 0.0, [])


@pytest.mark.parametrize("outcome", ["FAILED", "MISSING", "RAISED", "TIMED_OUT", 0.9])
def test_every_follow_through_check_must_pass(outcome):
    assert second("FAILED", "RAISED", "PASSED", outcome) == (Outcome.RAISED, 0.0, [])


def test_it_never_takes_away():
    assert second("FAILED", 0.75, "PASSED") == (Outcome.PARTIAL, 6.75, [])
    assert second("FAILED", 0.5, "PASSED") == (Outcome.PARTIAL, 4.5, [])
    assert second("FAILED", "PASSED", "FAILED") == (Outcome.PASSED, 9.0, [])


def test_without_such_checks_there_is_no_credit():
    assert second("FAILED", "FAILED") == (Outcome.FAILED, 0.0, [])


def test_no_follow_through_check_stands_for_an_ordinary_one():
    checks = [check("first", "FAILED"), check("second", "PASSED", follow_through=True)]
    _, lines = score_submission(RUBRIC[:2], checks)
    assert (lines[1].outcome, lines[1].earned) == (Outcome.BROKEN, None)


def test_one_that_breaks_by_our_fault_withholds():
    checks = checks_of("FAILED", "FAILED", "PASSED", "BROKEN")
    score, lines = score_submission(RUBRIC, checks)
    assert (lines[1].outcome, lines[1].earned) == (Outcome.BROKEN, None)
    assert (score.status, score.earned) == (Status.BROKEN, None)


def test_points_possible_do_not_depend_on_it():
    possible = {
        score_submission(RUBRIC, checks_of(*outcomes))[0].possible
        for outcomes in (["PASSED", "PASSED"], ["FAILED", "FAILED"], ["FAILED", "FAILED", "PASSED"])
    }
    assert possible == {25.0}


def test_what_follows_can_be_followed():
    checks = [
        *checks_of("PASSED", "FAILED", third="FAILED"),
        check("third", "PASSED", follow_through=True),
    ]
    _, lines = score_submission(RUBRIC, checks)
    assert (lines[2].earned, lines[2].followed) == (1.5, ["second"])


@pytest.mark.parametrize(
    ("first", "own", "asked"),
    [
        ("FAILED", "FAILED", True),
        (0.9, "FAILED", True),
        ("FAILED", 0.4, True),
        ("MISSING", "FAILED", True),
        ("PASSED", "FAILED", False),  # there is no mistake to follow from
        ("FAILED", "PASSED", False),  # and here nothing to gain
        ("FAILED", 0.5, False),
        ("FAILED", "MISSING", False),  # code that gives no value
        ("FAILED", "TIMED_OUT", False),
        ("FAILED", "BROKEN", False),  # withheld as it is
        ("BROKEN", "FAILED", False),
    ],
)
def test_it_is_asked_only_where_it_can_earn(first, own, asked):
    checks = [check("first", first), check("second", own)]
    assert may_follow_through(RUBRIC, "second", checks) is asked


def test_code_that_raises_somewhere_is_asked():
    checks = [check("first", "FAILED"), check("second", "RAISED"), check("second", "FAILED")]
    assert may_follow_through(RUBRIC, "second", checks)


def test_a_criterion_without_follow_through_is_never_asked():
    assert not may_follow_through(RUBRIC, "first", [check("first", "FAILED")])


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"follow_through": 0.5}, "`follow_through` and `follows` go together"),
        ({"follows": ["a"]}, "`follow_through` and `follows` go together"),
        ({"follow_through": 1.0, "follows": ["a"]}, "must be between 0 and 1, not 1.0"),
        ({"follow_through": -0.5, "follows": ["a"]}, "must be between 0 and 1, not -0.5"),
        ({"follow_through": float("nan"), "follows": ["a"]}, "must be between 0 and 1, not nan"),
        ({"follow_through": 0.5, "follows": ["a"], "answer": "q"}, "an answer"),
    ],
)
def test_contradictions_of_a_criterion(keys, complaint):
    with pytest.raises(ConfigurationError, match=complaint) as caught:
        Criterion("b", "B", 1, **keys)
    assert "'b'" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("d", "criterion 'b' follows 'd', which is no criterion"),
        ("c", "criterion 'b' follows 'c', which must stand before it"),
        ("b", "criterion 'b' follows 'b', which must stand before it"),
    ],
)
def test_a_criterion_follows_only_what_stands_before_it(name, complaint):
    rubric = [
        Criterion("a", "A", 1),
        Criterion("b", "B", 1, follow_through=0.5, follows=["a", name]),
        Criterion("c", "C", 1),
    ]
    with pytest.raises(ConfigurationError, match=complaint):
        Assignment("", "", [File("a.py")], [], rubric)
