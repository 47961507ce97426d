"""A class in numbers: how many were graded, what they earned, what each criterion saw."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from grader.core.finding import CheckResult, Diagnosis
from grader.core.outcome import Outcome
from grader.core.report import Report
from grader.core.score import CriterionScore, Status

# One hand-in says nothing of a check.
_FEWEST = 2
_FEWEST_BEST = 4
_SAY_NOTHING = (Outcome.MISSING, Outcome.SKIPPED, Outcome.AWAITING, Outcome.BROKEN)


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


@dataclass(frozen=True)
class Mistake:
    """A known mistake, and the hand-ins that show it."""

    diagnosis: Diagnosis
    students: list[str]


@dataclass(frozen=True)
class Doubtful:
    """A check to look at again: how many passed it, of all and of the best hand-ins."""

    check: CheckResult
    passed: int
    decided: int
    best_failed: int
    best: int


def tally_mistakes(reports: Sequence[Report]) -> list[Mistake]:
    """Return the known mistakes that explain findings of a class, the most frequent first."""
    found: dict[str, Mistake] = {}
    for report in by_student(reports):
        shown = {each.id: each for check in report.checks for each in check.diagnosis}
        for diagnosis in shown.values():
            mistake = found.setdefault(diagnosis.id, Mistake(diagnosis, []))
            mistake.students.append(report.submission.student)
    return sorted(found.values(), key=lambda mistake: -len(mistake.students))


def doubtful_checks(reports: Sequence[Report]) -> list[Doubtful]:
    """Return checks that nobody passes, and checks that at least half of the best fail.

    The best are the quarter with the highest scores, where that is four or more. A check that runs
    with several inputs is passed by who passes all of them. The mistake may be the check's.
    """
    scored = [report for report in reports if report.score.earned is not None]
    scored.sort(key=lambda report: -(report.score.earned or 0.0))
    best = scored[: len(scored) // 4]
    best = best if len(best) >= _FEWEST_BEST else []
    passed = {id(report): _passed(report) for report in scored}
    named = {_name(check): check for report in scored for check in report.checks}
    found = []
    for name, check in named.items():
        everyone, top = (
            [passed[id(report)][name] for report in group if name in passed[id(report)]]
            for group in (scored, best)
        )
        failed = top.count(False)
        nobody = len(everyone) >= _FEWEST and not any(everyone)
        if not check.follow_through and (nobody or (top and 2 * failed >= len(top))):
            found.append(Doubtful(check, sum(everyone), len(everyone), failed, len(top)))
    return found


def _name(check: CheckResult) -> str:
    return check.id.partition("[")[0]


def _passed(report: Report) -> dict[str, bool]:
    """Return which checks a hand-in passed, of those that it decides; what is missing does not."""
    outcomes: dict[str, list[Outcome]] = {}
    for check in report.checks:
        outcomes.setdefault(_name(check), []).append(check.outcome)
    return {
        name: all(outcome is Outcome.PASSED for outcome in of_name)
        for name, of_name in outcomes.items()
        if not any(outcome in _SAY_NOTHING for outcome in of_name)
    }


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
