"""Read the records that grading left in its output folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.core.errors import UsageError
from grader.core.report import Report
from grader.render.record import from_json


def read_reports(out: Path, *, documents: bool = True) -> list[Report]:
    """Return all reports of an output folder of `grader grade`, ordered by student.

    Without `documents` the notebooks in them are empty: those of a class may fill the memory.

    Raises UsageError, one line, where `out` is no such folder or a record cannot be read.
    """
    paths = sorted((out / "staff").glob("*.json"))
    if not paths:
        raise UsageError(f"{out} is no folder that `grader grade` wrote: it has no staff/*.json")
    reports = [_read(path) if documents else _without_document(_read(path)) for path in paths]
    assignments = {report.conditions.assignment for report in reports}
    if len(assignments) > 1:
        raise UsageError(f"{out} mixes records of {', '.join(sorted(assignments))}; give one each")
    return sorted(reports, key=lambda report: report.submission.student)


def _without_document(report: Report) -> Report:
    if report.notebook is None:
        return report
    return replace(report, notebook=replace(report.notebook, document={}))


def _read(path: Path) -> Report:
    try:
        report = from_json(path.read_bytes())
    except ValueError as error:
        raise UsageError(f"{path}: {error}; grade again with this version") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if report.submission.student != path.stem:
        raise UsageError(f"{path} is the record of {report.submission.student!r}; name it for them")
    return report
