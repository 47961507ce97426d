"""What a hand-in asked for and was refused, and where it was stopped, for views of staff."""

from __future__ import annotations

from grader.core.report import IncidentRecord, Report
from grader.render.words import counted

_MOST_NAMED = 3


def _of_notebook(report: Report) -> list[IncidentRecord]:
    return [] if report.notebook is None else report.notebook.incidents


def incident_count(report: Report) -> int:
    """Return how many times it was refused something or stopped at a limit."""
    return sum(found.count for found in _of_notebook(report)) + len(report.asked)


def incidents_counted(report: Report) -> str:
    """Return "3 incidents", "" where there was none."""
    count = incident_count(report)
    return counted(count, "incident") if count else ""


def incident_place(report: Report) -> str:
    """Return where they were: "code", "notebook" or both."""
    places = {"code": report.asked, "notebook": _of_notebook(report)}
    return " and ".join(name for name, found in places.items() if found)


def incident_words(report: Report) -> str:
    """Return what they were: by kind and how often, and what code asked for by name."""
    words = [f"{found.what}: {found.count}" for found in _of_notebook(report)]
    more = len(report.asked) - _MOST_NAMED
    asked = ", ".join(report.asked[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return "; ".join([f"asked for {asked}", *words] if asked else words)
