"""The grades of a class as CSV, for spreadsheets and course systems."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from grader.core.assignment import Criterion
from grader.core.report import Report
from grader.render.tally import by_student
from grader.render.words import number

_FIRST = ("student", "submission", "score", "possible", "status")
# What makes a spreadsheet compute in place of showing, the full-width forms included.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - they are meant to look alike


def grades_csv(reports: Iterable[Report], criteria: Sequence[Criterion]) -> str:
    """Return one row a hand-in, ordered by student; lines end with CR and LF (RFC 4180).

    `score` is empty where it is withheld, a criterion's column where it is withheld or pending.
    Text that a spreadsheet would take for a formula starts with an apostrophe.
    """
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow([*_FIRST, *(criterion.id for criterion in criteria)])
    for report in by_student(list(reports)):
        earned = {line.id: line.earned for line in report.criteria}
        writer.writerow(
            [
                _text(report.submission.student),
                _text(report.submission.name),
                _points(report.score.earned),
                _points(report.score.possible),
                report.score.status.value,
                *(_points(earned.get(criterion.id)) for criterion in criteria),
            ]
        )
    return sheet.getvalue()


def _text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _points(value: float | None) -> str:
    return "" if value is None else number(value)
