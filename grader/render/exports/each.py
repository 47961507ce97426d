"""A file, or a line, for each hand-in: Gradescope's results, and the records themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from grader.core.report import Report, student_view
from grader.render.exports.people import Export, Grades, counting_late, named
from grader.render.gradescope import results_json
from grader.render.record import to_json

_SAFE = re.compile(r"\w[\w.-]*", re.ASCII)


def gradescope_results(grades: Grades) -> Export:
    """Return a results.json for each submission, in a folder named by its number in Gradescope."""
    files: dict[str, bytes] = {}
    unknown: list[str] = []
    # Members of a group share a submission.
    for grade in {grade.report.submission.student: grade for grade in grades.grades}.values():
        number = grade.report.submission.ids.get("gradescope", "")
        if _SAFE.fullmatch(number):
            report = counting_late(grade.report, grade.late)
            files[f"{number}/results.json"] = results_json(report).encode()
        else:
            unknown.append(grade.report.submission.student)
    notes = []
    if unknown:
        notes.append(
            f"No number of a Gradescope submission known, and left out: {named(sorted(unknown))}"
        )
    return Export(files, len(files), notes, not unknown)


def json_lines(reports: Sequence[Report], *, staff: bool = False) -> str:
    """Return a record a line, as students may have them; with `staff` whole ones."""
    views = (report if staff else student_view(report) for report in reports)
    lines = (msgspec.json.format(to_json(view), indent=-1) for view in views)
    return "".join(f"{line.decode()}\n" for line in lines)
