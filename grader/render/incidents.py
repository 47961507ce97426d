"""What a notebook was refused, and where it was stopped, for views of staff."""

from __future__ import annotations

from grader.core.report import IncidentRecord, Report
from grader.render.words import counted


def _incidents(report: Report) -> list[IncidentRecord]:
    return [] if report.notebook is None else report.notebook.incidents


def incident_count(report: Report) -> int:
    """Return how many times the notebook was refused something or stopped at a limit."""
    return sum(found.count for found in _incidents(report))


def incidents_counted(report: Report) -> str:
    """Return "3 incidents", "" where there was none."""
    count = incident_count(report)
    return counted(count, "incident") if count else ""


def incident_words(report: Report) -> str:
    """Return what they were, by kind, and how often."""
    return "; ".join(f"{found.what}: {found.count}" for found in _incidents(report))
