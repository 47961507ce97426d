"""A report for GitHub: a job summary, annotations, and the result that Classroom reads."""

from __future__ import annotations

import base64
import json
import re
from pathlib import PurePosixPath
from typing import Any

from grader.core.outcome import Outcome
from grader.core.report import Report, student_view
from grader.core.score import CriterionScore, Status
from grader.render.causes import Cause, Line, find_causes, find_lines
from grader.render.findings import headline_score, says, spoken
from grader.render.markdown import report_markdown

# GitHub rejects a step's whole summary above 1 MiB, and shows about ten annotations of a kind.
SUMMARY_BYTES = 1 << 20
_ANNOTATIONS = 10
_OUTPUT = 500
_CUT = "\n\n*The report is longer than GitHub shows here: the rest was left out.*\n"
_PLACE = re.compile(r"line (\d+) of (.+)")


def summary(report: Report, room: int = SUMMARY_BYTES) -> str:
    """Return the report as Markdown of at most `room` bytes, with a sentence where it was cut."""
    text = report_markdown(report)
    data = text.encode("utf-8", "backslashreplace")
    if len(data) <= room:
        return text
    kept = data[: max(0, room - len(_CUT.encode()))].decode(errors="ignore")
    # Half a line could leave markup open.
    whole = kept[: kept.rfind("\n") + 1].rstrip()
    return (whole + _CUT).encode()[:room].decode(errors="ignore")


def annotation_commands(report: Report, folder: str = "") -> list[str]:
    """Return workflow commands that mark lines of the student's files, ten at most.

    `folder` is where the hand-in lies in the checkout, "" for its top.
    """
    view = student_view(report)
    own = {file.path for file in view.submission.files if file.origin == "student"}
    found: dict[tuple[str, int], str] = {}
    for cause in find_causes(view):
        for place in {check.finding.where: None for check in cause.checks}:
            match = _PLACE.fullmatch(place)
            if match is None or match[2] not in own or cause.outcome is Outcome.BROKEN:
                continue
            path, line = str(PurePosixPath(folder, match[2])), int(match[1])
            found.setdefault((path, line), _command(cause, path, line))
    return list(found.values())[:_ANNOTATIONS]


def classroom_result(report: Report) -> str:
    """Return the output `result` of a grading step, as the Classroom reporter reads it.

    The reporter adds up the scores of the tests and, apart from them, `max_score`. Withheld points
    have neither, so that it reports no points at all.
    """
    view = student_view(report)
    tests = [_test(view, line) for line in find_lines(view, find_causes(view))]
    broken = view.score.status is Status.BROKEN
    passed = all(test["status"] == "pass" for test in tests)
    result: dict[str, Any] = {
        "version": 1,
        "status": "error" if broken or view.unfinished else "pass" if passed else "fail",
        "message": headline_score(view),
    }
    if not broken:
        result["max_score"] = view.score.possible
    result["tests"] = tests
    return base64.b64encode(json.dumps(result).encode()).decode()


def _test(view: Report, line: Line) -> dict[str, Any]:
    score = line.score
    output = "\n".join(text for part in line.parts for text in _told(part.cause))
    test: dict[str, Any] = {
        "name": f"{score.title} (bonus)" if score.bonus else score.title,
        "status": _status(score),
        "message": score.outcome.meaning.sentence,
        "test_code": "",
        "task_id": 0,
        "filename": "",
        "line_no": 0,
        "duration": 0,
        "output": output if len(output) <= _OUTPUT else output[: _OUTPUT - 2] + " …",
    }
    if view.score.status is not Status.BROKEN:
        test["score"] = score.earned or 0.0
    return test


def _status(score: CriterionScore) -> str:
    if score.outcome is Outcome.PASSED:
        return "pass"
    return "error" if score.outcome is Outcome.BROKEN else "fail"


def _told(cause: Cause) -> list[str]:
    return [says(cause), *spoken(cause)]


def _command(cause: Cause, path: str, line: int) -> str:
    told = [text for text in _told(cause) if text != cause.headline]
    title, message = _property(cause.headline), _data("\n".join(told) or cause.headline)
    return f"::error file={_property(path)},line={line},title={title}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
