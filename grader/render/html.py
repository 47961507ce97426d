"""Pages as single files: the report for a student, the same for staff, and the class."""

from __future__ import annotations

import base64
import functools
import hashlib
import urllib.parse
from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.core.report import NotebookRecord, Report, student_view
from grader.render import words
from grader.render.causes import (
    by_title,
    find_causes,
    find_contradiction,
    find_lines,
    first_trouble,
    look_first,
)
from grader.render.incidents import incident_place, incident_words, incidents_counted
from grader.render.pictures import draw, histogram
from grader.render.tally import (
    by_student,
    count_statuses,
    doubtful_checks,
    known_scores,
    median,
    possible,
    tally_criteria,
    tally_mistakes,
)
from grader.render.waiting import waiting

_LOADER = PackageLoader("grader.render")


def student_page(report: Report) -> str:
    """Return the report as its student may see it.

    The template is handed the student's view alone: it cannot show what it does not have.
    """
    return _report_page(student_view(report), staff=False)


def staff_page(report: Report) -> str:
    """Return the report with everything in it: seed, secrets, names of checks, times, notes."""
    return _report_page(report, staff=True)


def class_page(reports: Sequence[Report]) -> str:
    """Return the overview of a class; links lead to students/… and staff/… beside it."""
    ordered = by_student(reports)
    return render(
        "class.html",
        script=source("sort.js"),
        reports=ordered,
        conditions=[report.conditions for report in ordered],
        counts=count_statuses(ordered),
        scores=known_scores(ordered),
        median=median(ordered),
        possible=possible(ordered),
        tallies=tally_criteria(ordered),
        mistakes=tally_mistakes(ordered),
        doubtful=doubtful_checks(ordered),
    )


def _report_page(report: Report, *, staff: bool) -> str:
    causes = find_causes(report)
    return render(
        "report.html",
        staff=staff,
        report=report,
        contradiction=find_contradiction(report),
        first=look_first(causes),
        lines=find_lines(report, causes),
    )


def render(template: str, script: str = "", **values: Any) -> str:
    """Return a template as a page, with its style, its script and the policy that names both."""
    style = source("page.css")
    page = _environment().get_template(template)
    policy = content_policy(style, script)
    return page.render(policy=policy, style=style, script=script, **values)


def content_policy(style: str, script: str) -> str:
    """Return the Content-Security-Policy that lets this style and this script act, nothing else.

    No inline style or event handler works under it, and nothing is fetched.
    """
    rules = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "img-src data:"]
    rules.append(f"style-src {_hash(style)}")
    if script:
        rules.append(f"script-src {_hash(script)}")
    return "; ".join(rules)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# nbconvert takes as long to import as all the rest, and many a report holds no notebook.


def _prose(source: str) -> Markup:
    from grader.render.notebook import prose  # noqa: PLC0415 - as said above

    return prose(source)


def _shown_cells(record: NotebookRecord) -> list[Any]:
    from grader.render.notebook import shown_cells  # noqa: PLC0415 - as said above

    return list(shown_cells(record))


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=_LOADER,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"figure": words.figure, "number": words.number, "path": _quoted}
    environment.globals |= {
        "by_title": by_title,
        "bonus_earned": words.bonus_earned,
        "counted": words.counted,
        "draw": draw,
        "first_trouble": first_trouble,
        "follow_through": words.follow_through,
        "histogram": histogram,
        "incident": words.INCIDENT,
        "incident_place": incident_place,
        "incident_words": incident_words,
        "incidents_counted": incidents_counted,
        "origin": words.origin,
        "prose": _prose,
        "score_sentences": words.score_sentences,
        "shown_cells": _shown_cells,
        "signs": words.SIGNS,
        "status_signs": words.STATUS_SIGNS,
        "waiting": waiting,
    }
    return environment


def source(name: str) -> str:
    """Return a template's text as it stands in the page, so that its hash is right."""
    return _LOADER.get_source(_environment(), name)[0].strip()


def _quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")
