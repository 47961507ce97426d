"""Check results become points. Nothing unproven earns; nothing of ours costs."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from grader.core.assignment import Criterion, total
from grader.core.finding import CheckResult
from grader.core.outcome import Outcome, worst


class Status(enum.StrEnum):
    """Whether a score is final."""

    GRADED = "graded"
    AWAITING = "awaiting"
    BROKEN = "broken"


@dataclass(frozen=True)
class CriterionScore:
    """What one criterion earned; `earned` is None while withheld or pending."""

    id: str
    title: str
    points: float
    bonus: bool
    outcome: Outcome
    earned: float | None


@dataclass(frozen=True)
class Score:
    """The whole hand-in.

    `earned` is None when withheld (status broken). While a person is awaited it holds what is
    decided so far, and `pending` the points still open. `possible` excludes bonus points.
    """

    status: Status
    earned: float | None
    possible: float
    pending: float


def score_criterion(criterion: Criterion, checks: list[CheckResult]) -> CriterionScore:
    """Score one criterion from all of its checks, those that did not run included.

    A criterion without a check is a mistake of the assignment and is withheld.
    """
    outcome = worst([check.outcome for check in checks]) if checks else Outcome.BROKEN
    fractions = [check.fraction for check in checks]
    earned: float | None = None
    if outcome.meaning.earns not in ("withheld", "pending"):
        known = [fraction for fraction in fractions if fraction is not None]
        share = min(known) if criterion.combine == "all" else sum(known) / len(known)
        earned = criterion.points if share == 1.0 else round(criterion.points * share, 2)
        if criterion.combine == "share" and 0 < share < 1:
            outcome = Outcome.PARTIAL
    return CriterionScore(
        criterion.id, criterion.title, criterion.points, criterion.bonus, outcome, earned
    )


def score_submission(
    criteria: Iterable[Criterion], checks: Iterable[CheckResult]
) -> tuple[Score, list[CriterionScore]]:
    """Score a hand-in; the points possible depend on the rubric alone, never on what ran."""
    criteria, checks = list(criteria), list(checks)
    scored = [
        score_criterion(criterion, [check for check in checks if check.criterion == criterion.id])
        for criterion in criteria
    ]
    withheld = any(line.outcome is Outcome.BROKEN for line in scored)
    pending = sum((line.points for line in scored if line.outcome is Outcome.AWAITING), 0.0)
    earned = None if withheld else total(line.earned or 0.0 for line in scored)
    status = Status.BROKEN if withheld else Status.AWAITING if pending else Status.GRADED
    possible = total(criterion.points for criterion in criteria if not criterion.bonus)
    return Score(status, earned, possible, pending), scored
