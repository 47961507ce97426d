"""The grades of a class as CSV, for spreadsheets and course systems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from grader.core.assignment import Criterion
from grader.core.late import LateScore, duration
from grader.core.report import Report
from grader.core.score import CriterionScore
from grader.core.sheet import csv_text, plain_cell
from grader.render.words import number

_FIRST = ("student", "submission", "score", "possible", "status")
_LATE = ("late", "deducted", "final")


def grades_csv(
    reports: Iterable[Report],
    criteria: Sequence[Criterion | CriterionScore],
    late: Mapping[str, LateScore] | None = None,
) -> str:
    """Return one row a student, ordered by name; lines end with CR and LF (RFC 4180).

    Each member of a group has a row, with the score of the hand-in that they share.
    `score` is empty where it is withheld, a criterion's column where it is withheld or pending.
    Text that a spreadsheet would take for a formula starts with an apostrophe. With `late`, by
    student, the columns late, deducted and final come last.
    """
    rows = [[*_FIRST, *(criterion.id for criterion in criteria), *(_LATE if late else ())]]
    for student, report in _rows(reports):
        earned = {line.id: line.earned for line in report.criteria}
        rows.append(
            [
                plain_cell(student),
                plain_cell(report.submission.name),
                _points(report.score.earned),
                _points(report.score.possible),
                report.score.status.value,
                *(_points(earned.get(criterion.id)) for criterion in criteria),
                *(_late_cells(late[report.submission.student]) if late else ()),
            ]
        )
    return csv_text(rows)


def _rows(reports: Iterable[Report]) -> list[tuple[str, Report]]:
    """Return each student with the report of their hand-in, ordered by name."""
    rows = [
        (student, report)
        for report in reports
        for student in report.submission.members or [report.submission.student]
    ]
    return sorted(rows, key=lambda row: (row[0], row[1].submission.name))


def _late_cells(late: LateScore) -> list[str]:
    """Return by how much it is late ("no", "unknown", "marked"), what that costs, what is left."""
    since = "no" if late.late_by is not None else "marked" if late.person else "unknown"
    by = duration(late.late_by) if late.late_by else since
    return [by, _points(late.deducted), _points(late.earned)]


def _points(value: float | None) -> str:
    return "" if value is None else number(value)
