"""Check results become points. Nothing unproven earns; nothing of ours costs."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

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
    """What one criterion earned; `earned` is None while withheld or pending.

    `followed` are the criteria with the earlier mistakes from which the rest follows, where the
    criterion earned its points by that; empty everywhere else.
    """

    id: str
    title: str
    points: float
    bonus: bool
    outcome: Outcome
    earned: float | None
    followed: list[str] = field(default_factory=list)


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


# The code gave a value, right or wrong; where it only stops, nothing can follow from anything.
_JUDGED = (Outcome.PASSED, Outcome.PARTIAL, Outcome.FAILED)


def score_criterion(
    criterion: Criterion, checks: list[CheckResult], earlier: Sequence[CriterionScore] = ()
) -> CriterionScore:
    """Score one criterion from all of its checks, those that did not run included.

    `earlier` are the scores of criteria before it, for follow-through. A criterion without a check
    is a mistake of the assignment and is withheld.
    """
    ordinary = [check for check in checks if not check.follow_through]
    line = _score_ordinary(criterion, ordinary)
    mistakes = _earlier_mistakes(criterion, earlier)
    following = [check for check in checks if check.follow_through]
    if line.earned is None or not mistakes or not following:
        return line
    outcome = worst([check.outcome for check in following])
    if outcome.meaning.earns in ("withheld", "pending"):
        # They might have earned something, and it is not known.
        return replace(line, outcome=outcome, earned=None)
    credit = round(criterion.points * criterion.follow_through, 2)
    if outcome is not Outcome.PASSED or credit <= line.earned:
        return line
    return replace(line, outcome=Outcome.PARTIAL, earned=credit, followed=mistakes)


def _score_ordinary(criterion: Criterion, checks: list[CheckResult]) -> CriterionScore:
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


def _earlier_mistakes(criterion: Criterion, earlier: Iterable[CriterionScore]) -> list[str]:
    """Return the criteria it follows that are known not to have earned everything."""
    return [
        line.id
        for line in earlier
        if line.id in criterion.follows and line.earned is not None and line.earned < line.points
    ]


def may_follow_through(
    criteria: Iterable[Criterion], name: str, checks: Sequence[CheckResult]
) -> bool:
    """Say whether follow-through checks of a criterion could earn something, from those so far.

    So it is where an earlier mistake is there to follow from, and where the code gives values that
    earn less than following would.
    """
    by_name = {criterion.id: criterion for criterion in criteria}
    criterion = by_name[name]
    own = [check for check in checks if check.criterion == name]
    _, lines = score_submission(by_name.values(), checks)
    earned = next(line.earned for line in lines if line.id == name)
    return (
        bool(_earlier_mistakes(criterion, lines))
        and any(check.outcome in _JUDGED for check in own)
        and earned is not None
        and earned < criterion.points * criterion.follow_through
    )


def score_submission(
    criteria: Iterable[Criterion], checks: Iterable[CheckResult]
) -> tuple[Score, list[CriterionScore]]:
    """Score a hand-in; the points possible depend on the rubric alone, never on what ran."""
    criteria, checks = list(criteria), list(checks)
    scored: list[CriterionScore] = []
    for criterion in criteria:
        own = [check for check in checks if check.criterion == criterion.id]
        scored.append(score_criterion(criterion, own, scored))
    withheld = any(line.outcome is Outcome.BROKEN for line in scored)
    pending = sum((line.points for line in scored if line.outcome is Outcome.AWAITING), 0.0)
    earned = None if withheld else total(line.earned or 0.0 for line in scored)
    status = Status.BROKEN if withheld else Status.AWAITING if pending else Status.GRADED
    possible = total(criterion.points for criterion in criteria if not criterion.bonus)
    return Score(status, earned, possible, pending), scored
