"""Reports as JUnit XML (the family that pytest calls xunit2), which every CI shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from grader.core.finding import CheckResult
from grader.core.outcome import Outcome
from grader.core.report import Report, student_view
from grader.render.causes import Cause
from grader.render.findings import says, spoken, status_word
from grader.render.words import number

# What XML 1.0 does not allow even as a reference (section 2.2, production Char).
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SKIPPED = (Outcome.SKIPPED, Outcome.AWAITING)


def junit_xml(reports: Sequence[Report]) -> str:
    """Return the reports as their students may see them: a suite each, a case for each check.

    A check that we failed to grade is an error, one that was not run or awaits a person is skipped,
    and whatever else did not pass is a failure. Scores are properties of the suite.
    """
    views = [student_view(report) for report in reports]
    root = ET.Element("testsuites")
    for view in views:
        root.append(_suite(view))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _suite(view: Report) -> ET.Element:
    cases = [_case(view, check) for check in view.checks]
    counts = {
        name: sum(case.find(child) is not None for case in cases)
        for name, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    }
    name = f"{view.conditions.assignment}: {view.submission.student}"
    suite = _element("testsuite", {"name": name, "tests": len(cases), **counts})
    properties = ET.SubElement(suite, "properties")
    for key, value in _properties(view).items():
        properties.append(_element("property", {"name": key, "value": value}))
    suite.extend(cases)
    return suite


def _properties(view: Report) -> dict[str, str]:
    score = view.score
    known = {
        "student": view.submission.student,
        "assignment": view.conditions.assignment,
        "version": view.conditions.version,
        "digest": view.submission.digest,
        "status": status_word(view),
        "score": "" if score.earned is None else number(score.earned),
        "possible": number(score.possible),
        "pending": number(score.pending),
    }
    for line in view.criteria:
        known[f"score.{line.id}"] = "" if line.earned is None else number(line.earned)
        known[f"points.{line.id}"] = number(line.points)
    return known


def _case(view: Report, check: CheckResult) -> ET.Element:
    case = _element(
        "testcase",
        {
            "classname": f"{view.conditions.assignment}.{check.criterion}",
            "name": f"{check.id}: {check.title}",
        },
    )
    if check.outcome is Outcome.PASSED:
        return case
    cause = Cause([check], [])
    kind = "error" if check.outcome is Outcome.BROKEN else "failure"
    attributes = {"message": says(cause), "type": check.outcome.value}
    if check.outcome in _SKIPPED:
        kind = "skipped"
    case.append(_element(kind, attributes, "\n".join([says(cause), *spoken(cause)])))
    return case


def _element(tag: str, attributes: Mapping[str, object], text: str = "") -> ET.Element:
    element = ET.Element(tag, {key: _legal(str(value)) for key, value in attributes.items()})
    if text:
        element.text = _legal(text)
    return element


def _legal(text: str) -> str:
    """Return `text` with what XML cannot hold written as in #x1B."""
    return _ILLEGAL.sub(lambda found: f"#x{ord(found[0]):02X}", text)
