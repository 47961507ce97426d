"""What went wrong in a report, each thing told once however many checks it stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from grader.core.finding import CheckResult, Finding
from grader.core.outcome import Outcome
from grader.core.report import EvidenceRecord, Report
from grader.core.score import CriterionScore
from grader.render.waiting import waiting
from grader.render.words import CONTRADICTS, SIGNS, Sign, counted

# From this many criteria on, a cause is told at the top and only referred to below.
_SHARED = 3
_LOOK_FIRST = 3
_WRONG = (Outcome.FAILED, Outcome.PARTIAL)


@dataclass(frozen=True)
class Cause:
    """Checks that found the same, and the criteria they decide.

    `number` is its place among the things to look at first, 0 where it is none of them.
    """

    checks: list[CheckResult]
    criteria: list[CriterionScore]
    number: int = 0

    @property
    def outcome(self) -> Outcome:
        """How all of its checks ended."""
        return self.checks[0].outcome

    @property
    def finding(self) -> Finding:
        """The finding to show: the one with the largest error, or else one that tells a place."""
        findings = (check.finding for check in self.checks)
        return max(findings, key=lambda found: (found.error or 0.0, bool(found.where)))

    @property
    def others(self) -> list[str]:
        """What the findings that are not shown add, each once."""
        shown = self.finding
        found = dict.fromkeys(_particulars(check.finding, shown) for check in self.checks)
        return [text for text in found if text and text != _particulars(shown, shown)]

    @property
    def looks_like(self) -> str:
        """Which known mistakes explain it, as a sentence; "" where none does."""
        titles = " and ".join(each.title for each in self.checks[0].diagnosis)
        return f"It looks as if {titles}." if titles else ""

    @property
    def hint(self) -> str:
        """What leads on: the hints of the mistakes that explain it, or the finding's own."""
        hints = [each.hint for each in self.checks[0].diagnosis if each.hint]
        return " ".join(hints) or self.finding.hint

    @property
    def headline(self) -> str:
        """What failed: code that stops goes by what stopped, wrong numbers by their criterion.

        Where they are many, wrong numbers go by the mistake that explains them.
        """
        if self.looks_like and len(self.criteria) >= _SHARED:
            return self.looks_like
        if self.outcome in _WRONG or not self.finding.what:
            return self.criteria[0].title
        return self.finding.what

    @property
    def follow_through(self) -> bool:
        """Whether it only kept work from being credited as following from an earlier mistake."""
        return self.checks[0].follow_through

    @property
    def shared(self) -> bool:
        """Whether it is told at the top, in place of under one of its criteria."""
        return bool(self.number) and len(self.criteria) >= _SHARED

    def lost(self, *, bonus: bool = False) -> float:
        """Return the points that the criteria concerned did not earn."""
        return _lost(self.criteria, bonus=bonus)

    @property
    def price(self) -> str:
        """What it costs, in words: points, bonus points, or both."""
        parts = [
            counted(lost, noun)
            for lost, noun in (
                (self.lost(), "point"),
                (self.lost(bonus=True), "bonus point"),
            )
            if lost
        ]
        return " and ".join(parts) or counted(0, "point")


@dataclass(frozen=True)
class Contradiction:
    """What a notebook shows and its code does not give, all of it, and the criteria that it costs.

    It comes before every cause, also where it costs nothing: whoever reads the report must see it,
    and what else is wrong can be told from the code.
    """

    evidence: list[EvidenceRecord]
    criteria: list[CriterionScore]

    @property
    def labels(self) -> list[str]:
        """Which numbers, each name once."""
        return list(dict.fromkeys(line.label or "a number" for line in self.evidence))

    def lost(self, *, bonus: bool = False) -> float:
        """Return the points that the criteria concerned did not earn."""
        return _lost(self.criteria, bonus=bonus)


class Trouble(NamedTuple):
    """What staff look at first in one hand-in: a sign, and what it concerns."""

    sign: Sign
    subject: str


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
    """One criterion of a report: what is open, and the checks that passed.

    `followed` are those among the passed that hold work against the student's own earlier work.
    """

    score: CriterionScore
    parts: list[Part]
    passed: list[CheckResult]
    followed: list[CheckResult]

    @property
    def elsewhere(self) -> Cause | None:
        """The one cause of everything here, where it is told at the top; else None."""
        if len(self.parts) == 1 and not self.passed + self.followed and self.parts[0].cause.shared:
            return self.parts[0].cause
        return None


def find_causes(report: Report) -> list[Cause]:
    """Return all causes in rubric order, those to look at first with their number.

    What was not run because something else failed, what awaits a person and what we failed to
    grade has no number: no student can mend it.
    """
    groups: dict[Hashable, list[CheckResult]] = {}
    for check in report.checks:
        if check.outcome is not Outcome.PASSED:
            groups.setdefault(_key(check), []).append(check)
    place = {line.id: place for place, line in enumerate(report.criteria)}
    causes = [_cause(report, checks) for checks in groups.values()]
    causes.sort(key=lambda cause: place[cause.criteria[0].id])
    return _numbered(causes, find_contradiction(report))


def find_contradiction(report: Report) -> Contradiction | None:
    """Return what the notebook shows and its code does not give, None where there is nothing."""
    lines = report.notebook.evidence if report.notebook is not None else []
    evidence = [line for line in lines if line.contradicts]
    if not evidence:
        return None
    told = {line.sentence for line in evidence}
    ids = {check.criterion for check in report.checks if check.finding.what in told}
    return Contradiction(evidence, [line for line in report.criteria if line.id in ids])


def look_first(causes: list[Cause]) -> list[Cause]:
    """Return the few causes to begin with, and every one that many criteria share."""
    return sorted((cause for cause in causes if cause.number), key=lambda cause: cause.number)


def first_trouble(report: Report) -> Trouble | None:
    """Return what staff look at first, None where all passed.

    What we failed to grade comes first, then what the notebook shows and its code does not give,
    then what the student got wrong, and last what awaits a person.
    """
    by_outcome = {line.outcome: line for line in reversed(report.criteria)}
    if Outcome.BROKEN in by_outcome:
        return Trouble(SIGNS[Outcome.BROKEN], by_outcome[Outcome.BROKEN].title)
    contradiction = find_contradiction(report)
    if contradiction is not None:
        name, *more = contradiction.labels
        others = f" and {len(more)} more" if more else ""
        return Trouble(CONTRADICTS, f"{name}{others} in the notebook")
    for cause in look_first(find_causes(report)):
        return Trouble(SIGNS[cause.outcome], cause.headline)
    if Outcome.AWAITING in by_outcome:
        return Trouble(SIGNS[Outcome.AWAITING], waiting(report).words)
    return None


def find_lines(report: Report, causes: list[Cause]) -> list[Line]:
    """Return the criteria in rubric order, each with its share of the causes."""
    lines = []
    for criterion in report.criteria:
        checks = [check for check in report.checks if check.criterion == criterion.id]
        parts = [_part(cause, criterion) for cause in causes if criterion in cause.criteria]
        passed = [check for check in checks if check.outcome is Outcome.PASSED]
        ordinary, followed = (
            [check for check in passed if check.follow_through is asked] for asked in (False, True)
        )
        lines.append(Line(criterion, parts, ordinary, followed))
    return lines


def by_title(checks: Iterable[CheckResult]) -> list[tuple[str, float | None, int]]:
    """Return title, fraction and number of the checks that have both in common."""
    counts = Counter((check.title, check.fraction) for check in checks)
    return [(title, fraction, count) for (title, fraction), count in counts.items()]


def _key(check: CheckResult) -> Hashable:
    """Return what checks of one cause have in common.

    A known mistake that explains them is one cause. Code that stops does so wherever it is
    called. A wrong number may have another reason in the next criterion, even if the words for it
    are the same.
    """
    finding = check.finding
    if check.diagnosis:
        return check.outcome, check.diagnosis
    stopped = _mendable(check.outcome) and check.outcome not in _WRONG
    place = "" if stopped else check.criterion
    return check.outcome, finding.what, finding.hint, place, check.follow_through


def _mendable(outcome: Outcome) -> bool:
    return outcome.meaning.fault == "student" and outcome is not Outcome.SKIPPED


def _lost(criteria: Iterable[CriterionScore], *, bonus: bool) -> float:
    lines = [line for line in criteria if line.bonus is bonus]
    return sum(line.points - (line.earned or 0.0) for line in lines)


def _particulars(finding: Finding, shown: Finding) -> str:
    """Return what a finding measured, and of what where that is something else than is shown."""
    measured = "; ".join(filter(None, (finding.actual, finding.where)))
    return f"{finding.what}: {measured}" if measured and finding.what != shown.what else measured


def _cause(report: Report, checks: list[CheckResult]) -> Cause:
    ids = {check.criterion for check in checks}
    return Cause(checks, [line for line in report.criteria if line.id in ids])


def _numbered(causes: list[Cause], contradiction: Contradiction | None) -> list[Cause]:
    """Number the costliest causes, one for each headline, and all that many criteria share.

    A contradiction is number 1, and no cause that it tells already is told again. Follow-through
    has no number: what the criterion is about comes first.
    """
    told = {line.sentence for line in contradiction.evidence} if contradiction else set()
    open_ = [cause for cause in causes if cause.finding.what not in told]
    mendable = [cause for cause in open_ if _mendable(cause.outcome) and not cause.follow_through]
    costliest = sorted(mendable, key=lambda cause: (-cause.lost(), -cause.lost(bonus=True)))
    # Of two causes under one headline the first stays.
    distinct = list({cause.headline: cause for cause in reversed(costliest)}.values())[::-1]
    few = distinct[:_LOOK_FIRST]
    chosen = [c for c in mendable if len(c.criteria) >= _SHARED or any(c is one for one in few)]
    # The rubric goes from first to later steps; what is close already can wait.
    chosen.sort(key=lambda cause: cause.outcome is Outcome.PARTIAL)
    numbers = {id(cause): number for number, cause in enumerate(chosen, 2 if told else 1)}
    return [replace(cause, number=numbers.get(id(cause), 0)) for cause in causes]


def _part(cause: Cause, criterion: CriterionScore) -> Part:
    checks = [check for check in cause.checks if check.criterion == criterion.id]
    first = cause.criteria[0]
    told = not cause.shared and first is criterion
    return Part(cause, checks, told, None if cause.shared else first)
