"""What handing in late costs: a pure function of the policy and the record.

Days are those of the calendar: a day after Saturday 23:59 is Sunday 23:59, also in the night in
which clocks change. Hours, and the grace, are time that passes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from grader.core.errors import ConfigurationError
from grader.core.report import Report, Submission

_HOUR = timedelta(hours=1)
_MOST_DAYS = 36500


@dataclass(frozen=True)
class Span:
    """A length of time: days of the calendar, and then seconds that pass."""

    days: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.days <= _MOST_DAYS and 0 <= self.seconds <= _MOST_DAYS * 86400):
            raise ConfigurationError("a length of time must lie between nothing and 100 years")

    def after(self, start: datetime) -> datetime:
        """Return the moment, in UTC, at which it has passed since `start` (with a time zone)."""
        return _instant(start + timedelta(days=self.days)) + timedelta(seconds=self.seconds)


def _instant(moment: datetime) -> datetime:
    # A time that a clock shows twice, or never, means the later of the two.
    return max(moment.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


@dataclass(frozen=True)
class LatePolicy:
    """When hand-ins are due, and what it costs when they are late.

    `rate` is deducted for each started day or hour since the due date, `cap` at most; both in
    percent of the points possible, or in points. Within `grace` nothing is deducted, after
    `cut_off` nothing is earned. `extensions` are due dates of single students, by `person_key`.
    All moments know their time zone.
    """

    due: datetime
    rate: float = 0.0
    per: Literal["day", "hour"] = "day"
    unit: Literal["percent", "points"] = "percent"
    grace: Span = Span()
    cap: float | None = None
    cut_off: Span | None = None
    extensions: Mapping[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(moment.tzinfo is None for moment in (self.due, *self.extensions.values())):
            raise ConfigurationError(
                'the due date needs a time zone, as in timezone = "Europe/Berlin"'
            )
        if not all(1900 <= moment.year <= 2900 for moment in (self.due, *self.extensions.values())):
            raise ConfigurationError("the due date must lie between the years 1900 and 2900")
        most = 100.0 if self.unit == "percent" else 1e6
        for name, value in (("rate", self.rate), ("cap", self.cap or 0.0)):
            if not 0 <= value <= most:
                raise ConfigurationError(f"the {name} must lie between 0 and {most:g}")
        if self.cut_off is not None and self.cut_off.after(self.due) < self.grace.after(self.due):
            raise ConfigurationError("the cut-off must not come before the grace ends")

    def due_of(self, submission: Submission) -> datetime:
        """Return when a hand-in is due; an extension of one member is one of the group."""
        own = [self.extensions[key] for key in _keys(submission) if key in self.extensions]
        return max([self.due, *own], key=_instant)


@dataclass(frozen=True)
class LateScore:
    """What counts of a score.

    `earned` is what is left and `deducted` what is gone; both are None while the score is
    withheld. `late_by` is zero for a hand-in in time, and None where nobody knows when it came;
    `person` then says that it is known to be late, which a person must judge.
    """

    earned: float | None
    deducted: float | None
    sentence: str
    late_by: timedelta | None
    person: bool = False


def person_key(name: str) -> str:
    """Return the form in which a name, an address or a number is compared."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _keys(submission: Submission) -> set[str]:
    ids = [
        value
        for known in (submission.ids, *submission.member_ids)
        for kind, value in known.items()
        if kind != "late"
    ]
    return {person_key(name) for name in (submission.student, *submission.members, *ids)}


def unused_extensions(policy: LatePolicy, reports: Iterable[Report]) -> list[str]:
    """Return whose extensions concern no hand-in."""
    used = {key for report in reports for key in _keys(report.submission)}
    return sorted(set(policy.extensions) - used)


def late_scores(policy: LatePolicy, reports: Iterable[Report]) -> dict[str, LateScore]:
    """Return by student what counts of the scores of a class."""
    return {report.submission.student: late_score(policy, report) for report in reports}


def late_score(policy: LatePolicy, report: Report) -> LateScore:
    """Return what counts of the score of a hand-in; nothing is deducted that was not earned."""
    earned, submission = report.score.earned, report.submission
    received = _moment(submission.received)
    none = None if earned is None else 0.0
    if received is None:
        marked = submission.ids.get("late") == "yes"
        since = "it is marked as late, and not since when: a person decides"
        sentence = since if marked else "when it was handed in is not known: taken as in time"
        return LateScore(earned, none, sentence, None, marked)
    due = policy.due_of(submission)
    late_by = max(timedelta(), received - _instant(due))
    if not late_by:
        return LateScore(earned, none, "", late_by)
    late = f"handed in {duration(late_by)} late"
    if received <= policy.grace.after(due):
        return LateScore(earned, none, f"{late}, within the grace", late_by)
    closed = policy.cut_off is not None and received > policy.cut_off.after(due)
    count = _started(policy, due, received)
    amount, words = _deduction(policy, count, report.score.possible)
    started = f"{count} {policy.per}{'' if count == 1 else 's'} started"
    sentence = f"{late}, {started}: {words} deducted, at most what was earned"
    if closed:
        sentence = f"{late}, after the cut-off: it earns nothing"
    if earned is None:
        return LateScore(None, None, sentence, late_by)
    deducted = earned if closed else min(earned, amount)
    left = min(earned, round(earned - deducted, 2)) if deducted else earned
    return LateScore(left, deducted, sentence, late_by)


def _started(policy: LatePolicy, due: datetime, received: datetime) -> int:
    """Return how many days or hours have begun between the due date and a later moment."""
    passed = received - _instant(due)
    if policy.per == "hour":
        return -(-passed // _HOUR)
    count = max(0, passed.days - 1)  # a day of the calendar may have 23 or 25 hours
    while received > _instant(due + timedelta(days=count)):
        count += 1
    return count


def _deduction(policy: LatePolicy, count: int, possible: float) -> tuple[float, str]:
    amount = count * policy.rate
    amount = amount if policy.cap is None else min(amount, policy.cap)
    if policy.unit == "points":
        return round(amount, 2), f"{amount:g} points"
    amount = min(amount, 100.0)
    points = round(possible * amount / 100, 2)
    return points, f"{amount:g}% of the points possible ({points:g})"


def _moment(text: str) -> datetime | None:
    """Return the moment that a record names; None where it names none, or not in which zone."""
    try:
        moment = datetime.fromisoformat(text)
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def duration(length: timedelta) -> str:
    """Return a length of time in words: "1 day 2 h", "5 min", "less than a minute"."""
    minutes = length // timedelta(minutes=1)
    days, hours = length.days, minutes // 60 % 24
    parts = [
        f"{days} day{'' if days == 1 else 's'}" if days else "",
        f"{hours} h" if hours else "",
        f"{minutes % 60} min" if minutes % 60 else "",
    ]
    return " ".join(filter(None, parts)) or "less than a minute"
