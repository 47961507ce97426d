"""What went wrong in a report, each thing told once however many checks it stopped."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

from grader.core.finding import CheckResult, Finding
from grader.core.outcome import Outcome
from grader.core.report import Report
from grader.core.score import CriterionScore

# From this many criteria on, a finding is told at the top and only referred to below.
_SHARED = 3
_LOOK_FIRST = 3


@dataclass(frozen=True)
class Cause:
    """One finding, the checks that met it, and the criteria they decide.

    `number` is its place among the things to look at first, 0 where it is none of them.
    """

    outcome: Outcome
    finding: Finding
    checks: list[CheckResult]
    criteria: list[CriterionScore]
    number: int = 0

    @property
    def shared(self) -> bool:
        """Whether the finding is told at the top, in place of once for each criterion."""
        return bool(self.number) and len(self.criteria) >= _SHARED

    @property
    def foremost(self) -> CriterionScore:
        """The criterion that loses most by it."""
        return max(self.criteria, key=lambda line: (not line.bonus, _open_points(line)))

    def lost(self, *, bonus: bool = False) -> float:
        """Return the points that the criteria concerned did not earn."""
        return sum(_open_points(line) for line in self.criteria if line.bonus is bonus)


def _open_points(line: CriterionScore) -> float:
    return line.points - (line.earned or 0.0)


@dataclass(frozen=True)
class Part:
    """What one cause did to one criterion.

    `told` says whether the cause is described here; else it is in the place that `see` names,
    or at the top where `see` is None.
    """

    cause: Cause
    checks: list[CheckResult]
    told: bool
    see: CriterionScore | None


@dataclass(frozen=True)
class Line:
    """One criterion of a report: what is open, and the checks that passed."""

    score: CriterionScore
    parts: list[Part]
    passed: list[CheckResult]

    @property
    def elsewhere(self) -> Cause | None:
        """The one cause of everything here, where it is told at the top; else None."""
        if len(self.parts) == 1 and not self.passed and self.parts[0].cause.shared:
            return self.parts[0].cause
        return None


def find_causes(report: Report) -> list[Cause]:
    """Return all causes, those to look at first (most points lost) before the others.

    What was not run because something else failed, what awaits a person and what we failed to
    grade are causes without a number: no student can mend them.
    """
    groups: dict[Hashable, list[CheckResult]] = {}
    for check in report.checks:
        if check.outcome is not Outcome.PASSED:
            groups.setdefault(_key(check), []).append(check)
    causes = [_cause(report, checks) for checks in groups.values()]
    mendable = sorted(
        (cause for cause in causes if _mendable(cause)),
        key=lambda cause: (-cause.lost(), -cause.lost(bonus=True)),
    )
    others = [cause for cause in causes if not _mendable(cause)]
    return [*_numbered(mendable), *others]


def look_first(causes: list[Cause]) -> list[Cause]:
    """Return the few causes to begin with, and every one that many criteria share."""
    return [cause for cause in causes if cause.number]


def first_trouble(report: Report) -> tuple[Outcome, str] | None:
    """Return the outcome that staff look at first and what it concerns, None where all passed.

    What we failed to grade comes before what the student got wrong, what awaits a person last.
    """
    by_outcome = {line.outcome: line for line in reversed(report.criteria)}
    if Outcome.BROKEN in by_outcome:
        return Outcome.BROKEN, by_outcome[Outcome.BROKEN].title
    for cause in look_first(find_causes(report)):
        # What many criteria share says more than the name of any of them.
        return cause.outcome, cause.finding.what if cause.shared else cause.foremost.title
    if Outcome.AWAITING in by_outcome:
        return Outcome.AWAITING, by_outcome[Outcome.AWAITING].title
    return None


def find_lines(report: Report, causes: list[Cause]) -> list[Line]:
    """Return the criteria in rubric order, each with its share of the causes."""
    return [_line(report, criterion, causes) for criterion in report.criteria]


def _key(check: CheckResult) -> Hashable:
    finding = check.finding
    words = finding.what, finding.expected, finding.actual, finding.where, finding.hint
    return check.outcome, words, repr(finding.picture)


def _cause(report: Report, checks: list[CheckResult]) -> Cause:
    ids = {check.criterion for check in checks}
    criteria = [line for line in report.criteria if line.id in ids]
    return Cause(checks[0].outcome, checks[0].finding, checks, criteria)


def _mendable(cause: Cause) -> bool:
    return cause.outcome.meaning.fault == "student" and cause.outcome is not Outcome.SKIPPED


def _numbered(causes: list[Cause]) -> list[Cause]:
    first = [
        cause
        for place, cause in enumerate(causes)
        if place < _LOOK_FIRST or len(cause.criteria) >= _SHARED
    ]
    rest = [cause for cause in causes if cause not in first]
    return [replace(cause, number=number) for number, cause in enumerate(first, 1)] + rest


def _line(report: Report, criterion: CriterionScore, causes: list[Cause]) -> Line:
    parts = []
    for cause in causes:
        checks = [check for check in cause.checks if check.criterion == criterion.id]
        if checks:
            first = cause.criteria[0]
            told = not cause.shared and first is criterion
            parts.append(Part(cause, checks, told, None if cause.shared else first))
    passed = [
        check
        for check in report.checks
        if check.criterion == criterion.id and check.outcome is Outcome.PASSED
    ]
    order = {id(check): place for place, check in enumerate(report.checks)}
    parts.sort(key=lambda part: order[id(part.checks[0])])
    return Line(criterion, parts, passed)
