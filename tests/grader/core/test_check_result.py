"""A check result is either consistent or is not made at all; so are the two families of errors."""

import math

import pytest

from grader.core import errors
from grader.core.finding import CheckResult
from grader.core.outcome import Outcome

NOTHING = [outcome for outcome in Outcome if outcome.meaning.earns == "nothing"]
UNKNOWN = [Outcome.BROKEN, Outcome.AWAITING]


def result(outcome, fraction):
    return CheckResult("test_a.py::test_b", "forward", "A sentence.", outcome, fraction)


def test_pass_earns_everything():
    assert result(Outcome.PASSED, 1.0).fraction == 1.0


@pytest.mark.parametrize("fraction", [None, 0.0, 0.99, 2.0, math.nan])
def test_pass_earns_nothing_else(fraction):
    with pytest.raises(ValueError, match="PASSED does not earn"):
        result(Outcome.PASSED, fraction)


@pytest.mark.parametrize("fraction", [0.001, 0.4, 0.999])
def test_partial_earns_its_fraction(fraction):
    assert result(Outcome.PARTIAL, fraction).fraction == fraction


@pytest.mark.parametrize("fraction", [None, 0.0, 1.0, -0.5, 1.5, math.nan, math.inf])
def test_partial_needs_a_fraction_between_0_and_1(fraction):
    with pytest.raises(ValueError, match="PARTIAL needs a fraction"):
        result(Outcome.PARTIAL, fraction)


@pytest.mark.parametrize("outcome", NOTHING)
def test_what_failed_earns_0(outcome):
    assert result(outcome, 0.0).fraction == 0.0


@pytest.mark.parametrize("outcome", NOTHING)
@pytest.mark.parametrize("fraction", [None, 0.1, 1.0, math.nan])
def test_what_failed_earns_nothing_else(outcome, fraction):
    with pytest.raises(ValueError, match=f"{outcome} does not earn"):
        result(outcome, fraction)


@pytest.mark.parametrize("outcome", UNKNOWN)
def test_what_is_not_known_yet_has_no_fraction(outcome):
    assert result(outcome, None).fraction is None


@pytest.mark.parametrize("outcome", UNKNOWN)
@pytest.mark.parametrize("fraction", [0.0, 0.5, 1.0])
def test_what_is_not_known_yet_is_neither_0_nor_a_pass(outcome, fraction):
    with pytest.raises(ValueError, match=f"{outcome} does not earn"):
        result(outcome, fraction)


def test_complaint_names_the_check():
    with pytest.raises(ValueError, match=r"test_a\.py::test_b"):
        result(Outcome.FAILED, 1.0)


@pytest.mark.parametrize(
    "kind", [errors.UsageError, errors.ConfigurationError, errors.SandboxError]
)
def test_our_failures_are_one_family(kind):
    assert issubclass(kind, errors.GraderError)


def test_a_hand_in_that_cannot_be_read_is_not_our_failure():
    assert not issubclass(errors.SubmissionError, errors.GraderError)
