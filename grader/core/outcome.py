"""The outcome of a check, and the one table that says what each is worth."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal


class Outcome(enum.StrEnum):
    """How one check, or one criterion, ended."""

    PASSED = "PASSED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    MISSING = "MISSING"
    UNREADABLE = "UNREADABLE"
    RAISED = "RAISED"
    TIMED_OUT = "TIMED_OUT"
    CRASHED = "CRASHED"
    OVER_LIMIT = "OVER_LIMIT"
    BUILD_FAILED = "BUILD_FAILED"
    SKIPPED = "SKIPPED"
    AWAITING = "AWAITING"
    BROKEN = "BROKEN"

    @property
    def meaning(self) -> Meaning:
        """What the outcome earns and whose doing it is."""
        return MEANINGS[self]


@dataclass(frozen=True)
class Meaning:
    """One row of the table.

    `earns` is everything, the fraction the check states, nothing, or not yet known: points that
    are withheld or pending are never counted as 0. `rank` orders outcomes from best to worst, so
    that a criterion shows the worst of its checks.
    """

    earns: Literal["all", "fraction", "nothing", "withheld", "pending"]
    fault: Literal["nobody", "student", "grader"]
    sentence: str
    rank: int


MEANINGS: dict[Outcome, Meaning] = {
    Outcome.PASSED: Meaning("all", "nobody", "passed", 0),
    Outcome.PARTIAL: Meaning("fraction", "student", "partly right", 1),
    Outcome.FAILED: Meaning("nothing", "student", "not right yet", 3),
    Outcome.MISSING: Meaning("nothing", "student", "not there yet", 4),
    Outcome.UNREADABLE: Meaning("nothing", "student", "the file cannot be read", 5),
    Outcome.RAISED: Meaning("nothing", "student", "stopped with an exception", 6),
    Outcome.TIMED_OUT: Meaning("nothing", "student", "ran out of time", 7),
    Outcome.CRASHED: Meaning("nothing", "student", "the process died", 8),
    Outcome.OVER_LIMIT: Meaning("nothing", "student", "used more than it may", 9),
    Outcome.BUILD_FAILED: Meaning("nothing", "student", "does not compile", 10),
    Outcome.SKIPPED: Meaning("nothing", "student", "not run", 2),
    Outcome.AWAITING: Meaning("pending", "nobody", "awaits a person", 11),
    Outcome.BROKEN: Meaning("withheld", "grader", "we could not grade this; staff know", 12),
}


def worst(outcomes: list[Outcome]) -> Outcome:
    """Return the outcome that a criterion shows for several checks (PASSED for none)."""
    return max(outcomes, key=lambda outcome: outcome.meaning.rank, default=Outcome.PASSED)
