"""A class in numbers: how many were graded, what they earned, what each criterion saw."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from grader.core.outcome import Outcome
from grader.core.report import Report
from grader.core.score import CriterionScore, Status


@dataclass(frozen=True)
class Tally:
    """One criterion over a whole class; `followed` hand-ins earned a part by follow-through."""

    criterion: CriterionScore
    counts: dict[Outcome, int]
    followed: int = 0

    @property
    def passed(self) -> int:
        """Hand-ins that passed."""
        return self.counts.get(Outcome.PASSED, 0)

    @property
    def decided(self) -> int:
        """Hand-ins whose outcome is neither pending nor withheld."""
        return sum(
            count
            for outcome, count in self.counts.items()
            if outcome.meaning.earns not in ("pending", "withheld")
        )

    @property
    def rate(self) -> float | None:
        """The share that passed among the decided, None where none is."""
        return self.passed / self.decided if self.decided else None


def by_student(reports: Sequence[Report]) -> list[Report]:
    """Return the reports in the order that every list of a class has."""
    return sorted(reports, key=lambda report: (report.submission.student, report.submission.name))


def known_scores(reports: Sequence[Report]) -> list[float]:
    """Return all scores but the withheld ones; where a person is awaited, what is decided."""
    return [report.score.earned for report in reports if report.score.earned is not None]


def median(reports: Sequence[Report]) -> float | None:
    """Return the median of the known scores, None where there is none."""
    scores = known_scores(reports)
    return statistics.median(scores) if scores else None


def possible(reports: Sequence[Report]) -> float:
    """Return the points possible; a class has one rubric, so any report would do."""
    return max((report.score.possible for report in reports), default=0.0)


def count_statuses(reports: Sequence[Report]) -> dict[Status, int]:
    """Return how many hand-ins have each status, zeros included."""
    found = Counter(report.score.status for report in reports)
    return {status: found[status] for status in Status}


def tally_criteria(reports: Sequence[Report]) -> list[Tally]:
    """Return one tally for each criterion, in rubric order; outcomes from best to worst."""
    criteria: dict[str, CriterionScore] = {}
    found: dict[str, Counter[Outcome]] = {}
    followed: Counter[str] = Counter()
    for report in reports:
        for line in report.criteria:
            criteria.setdefault(line.id, line)
            found.setdefault(line.id, Counter())[line.outcome] += 1
            followed[line.id] += bool(line.followed)
    return [
        Tally(
            line,
            dict(sorted(found[key].items(), key=lambda item: item[0].meaning.rank)),
            followed[key],
        )
        for key, line in criteria.items()
    ]
