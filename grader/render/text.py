"""A class for the terminal: one line that sums it up, and a table of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from grader.core.report import Report
from grader.core.score import Status
from grader.core.text import no_command
from grader.render.causes import first_trouble
from grader.render.incidents import incident_count, incident_place, incident_words
from grader.render.tally import by_student, count_statuses, median, possible
from grader.render.words import INCIDENT, STATUS_SIGNS, bonus_earned, counted, number

_STYLES = {
    "good": "green",
    "near": "yellow",
    "bad": "red",
    "quiet": "",
    "wait": "blue",
    "ours": "magenta",
}


def summary_line(reports: Sequence[Report]) -> str:
    """Return "16 hand-ins: 15 graded, 1 could not be graded; median 87 of 100"."""
    counts = count_statuses(reports)
    said = {
        Status.GRADED: "graded",
        Status.AWAITING: "awaits a person" if counts[Status.AWAITING] == 1 else "await a person",
        Status.BROKEN: "could not be graded",
    }
    parts = [f"{counts[status]} {words}" for status, words in said.items() if counts[status]]
    line = f"{counted(len(reports), 'hand-in')}: {', '.join(parts)}" if parts else "no hand-ins"
    middle = median(reports)
    if middle is None:
        return line
    so_far = " so far" if counts[Status.AWAITING] else ""
    return f"{line}; median{so_far} {number(middle)} of {number(possible(reports))}"


def one_line(report: Report) -> str:
    """Return "ann: 87 / 100", how the points came about, and why there is no score yet."""
    status, bonus = report.score.status, bonus_earned(report)
    notes = [] if status is Status.GRADED else [status.value]
    followed = sum(bool(line.followed) for line in report.criteria)
    if followed:
        notes.append(f"{counted(followed, 'criterion', 'criteria')} by follow-through")
    included = f", {number(bonus)} of them bonus" if bonus and report.score.earned else ""
    note = f" ({', '.join(notes)})" if notes else ""
    return no_command(f"{report.submission.student}: {_score(report)}{included}{note}")


def class_table(reports: Sequence[Report]) -> Table:
    """Return student, score, the bonus in it, status, incidents, and what to look at first.

    Cells are `Text`: nothing that a student wrote is read as markup.
    """
    with_bonus = any(bonus_earned(report) for report in reports)
    with_incidents = any(incident_count(report) for report in reports)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("student", max_width=20, no_wrap=True, overflow="ellipsis")
    table.add_column("score", justify="right", no_wrap=True)
    if with_bonus:
        # Not "+14": the score holds them already.
        table.add_column("incl.\nbonus", justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    if with_incidents:
        table.add_column("inci-\ndents", justify="right", no_wrap=True)
    # The one column that gives way on a narrow terminal; its cells are cut, not wrapped.
    table.add_column("look at first")
    for report in by_student(reports):
        bonus, incidents = bonus_earned(report), incident_count(report)
        table.add_row(
            Text(no_command(report.submission.student)),
            _score(report),
            *([Text(number(bonus) if bonus else "")] if with_bonus else []),
            _status(report.score.status),
            *([_incidents(incidents)] if with_incidents else []),
            _look(report),
        )
    return table


def _look(report: Report) -> Text:
    words = Text(no_wrap=True, overflow="ellipsis")
    trouble, incidents = first_trouble(report), incident_words(report)
    if trouble is not None:
        words.append(trouble.sign.word, _STYLES[trouble.sign.tone]).append(
            f": {no_command(trouble.subject)}"
        )
    if incidents:
        words.append("; " if trouble else "").append(incident_place(report), _STYLES[INCIDENT.tone])
        words.append(f": {no_command(incidents)}")
    return words


def _incidents(count: int) -> Text:
    return Text(str(count) if count else "", style=_STYLES[INCIDENT.tone])


def _score(report: Report) -> Text:
    earned = report.score.earned
    shown = "-" if earned is None else number(earned)
    return Text(f"{shown} / {number(report.score.possible)}")


def _status(status: Status) -> Text:
    sign = STATUS_SIGNS[status]
    return Text(status.value, style=_STYLES[sign.tone])
