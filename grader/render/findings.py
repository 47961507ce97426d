"""The words of a finding, in their order, for every view that has no layout of its own."""

from __future__ import annotations

from grader.core.outcome import Outcome
from grader.core.report import Report
from grader.core.score import CriterionScore
from grader.render.causes import Cause, Line, Part, by_title
from grader.render.words import counted, number


def details(cause: Cause) -> list[tuple[str, str]]:
    """Return label and words of what a cause tells beyond what failed: expected, actual, …."""
    found = cause.finding
    rows = [
        ("Expected", found.expected),
        ("Actual", found.actual),
        ("Where", found.where),
        ("Hint", cause.hint),
    ]
    return [(label, words) for label, words in rows if words]


def says(cause: Cause) -> str:
    """Return what failed, in one sentence."""
    return cause.finding.what or cause.outcome.meaning.sentence


def spoken(cause: Cause) -> list[str]:
    """Return what a cause tells beyond what failed, as lines of plain text."""
    lines = [f"{label}: {words}" for label, words in details(cause)]
    return [cause.looks_like, *lines] if cause.looks_like else lines


def points(line: CriterionScore) -> str:
    """Return "12 of 20", "8 open" or "8 withheld"."""
    if line.earned is not None:
        return f"{number(line.earned)} of {number(line.points)}"
    pending = line.outcome.meaning.earns == "pending"
    return f"{number(line.points)} {'open' if pending else 'withheld'}"


def headline_score(report: Report) -> str:
    """Return "87 of 100 points", with "so far" while a person is awaited, or "No score yet"."""
    score = report.score
    if score.earned is None:
        return "No score yet"
    so_far = " so far" if score.pending or report.unfinished else ""
    stopped = ", and grading was not finished" if report.unfinished else ""
    return f"{number(score.earned)} of {counted(score.possible, 'point')}{so_far}{stopped}"


def status_word(report: Report) -> str:
    """Return the status of a report for a machine: that of its score, or "unfinished"."""
    return "unfinished" if report.unfinished else report.score.status.value


def titles(part: Part) -> list[str]:
    """Return the sentences of the checks that a cause stopped, each once."""
    return [
        f"{'Follow-through: ' if part.cause.follow_through else ''}{title}"
        f"{f' × {count}' if count > 1 else ''}"  # noqa: RUF001 - it means times
        f"{_earns(part.cause, fraction)}"
        for title, fraction, count in by_title(part.checks)
    ]


def passed(line: Line) -> list[str]:
    """Return "3 checks passed", and the same of follow-through."""
    kinds = ((line.passed, "passed"), (line.followed, "of follow-through passed"))
    return [f"{counted(len(checks), 'check')} {what}" for checks, what in kinds if checks]


def _earns(cause: Cause, fraction: float | None) -> str:
    if cause.outcome is not Outcome.PARTIAL or fraction is None:
        return ""
    return f" (earns {number(100 * fraction)}%)"
