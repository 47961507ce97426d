"""A report as the results.json that Gradescope reads, one test for each criterion."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, get_args

from grader.core.outcome import Outcome
from grader.core.report import Report, student_view
from grader.core.score import CriterionScore, Status
from grader.render.causes import Line, find_causes, find_lines
from grader.render.findings import status_word
from grader.render.markdown import criterion_markdown, notes_markdown, overview
from grader.render.words import counted, score_sentences

Visibility = Literal["visible", "after_due_date", "after_published", "hidden"]
VISIBILITIES: tuple[Visibility, ...] = get_args(Visibility)
# What Gradescope shows of the autograder's own output: it may name hidden checks.
_STDOUT = "hidden"


def results_json(report: Report, visibility: Mapping[str, str] | None = None) -> str:
    """Return results.json, from what the student may see.

    `visibility` says by criterion when its test is shown, under "" for all others; Gradescope hides
    the total while a test is hidden. What sums up all criteria is left out then.

    A withheld report has no score anywhere, neither 0 nor another: Gradescope then says that the
    autograder failed. What awaits a person has no score of a machine. The `max_score` add up to
    what the autograder decides: written answers and bonus criteria have none.
    """
    view = student_view(report)
    causes = find_causes(view)
    when = {"": "visible", **(visibility or {})}
    # Of the whole report, as a student's view names no check.
    answers = {check.criterion for check in report.checks if check.id.startswith("answer[")}
    tests = [
        _test(view, line, number, answer=line.score.id in answers)
        | {"visibility": when.get(line.score.id, when[""])}
        for number, line in enumerate(find_lines(view, causes), 1)
    ]
    told = [overview(view, causes), notes_markdown(view)]
    if any(test["visibility"] != "visible" for test in tests):
        told = [] if view.score.earned is not None else [" ".join(score_sentences(view)[:1])]
    results: dict[str, Any] = {
        "output": "\n\n".join(filter(None, told)),
        "output_format": "md",
        "test_output_format": "md",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": _STDOUT,
        "extra_data": {
            "assignment": view.conditions.assignment,
            "version": view.conditions.version,
            "digest": view.submission.digest,
            "status": status_word(view),
        },
        "tests": tests,
    }
    if view.score.earned is not None:
        results = {"score": view.score.earned, **results}
    return json.dumps(results, ensure_ascii=False, indent=2) + "\n"


def failed_json(words: str) -> str:
    """Return the results.json of an autograder that failed before it could make a report."""
    results = {"output": words, "output_format": "text", "stdout_visibility": _STDOUT, "tests": []}
    return json.dumps(results, indent=2) + "\n"


def _test(view: Report, line: Line, number: int, *, answer: bool) -> dict[str, Any]:
    score = line.score
    test: dict[str, Any] = {
        "name": _name(score, answer=answer or score.outcome is Outcome.AWAITING),
        "number": str(number),
        "output": criterion_markdown(view, line, alone=True),
        "extra_data": {"criterion": score.id, "outcome": score.outcome.value},
    }
    if view.score.status is Status.BROKEN or score.earned is None:
        return test
    test["score"] = score.earned
    if not score.bonus and not answer:
        test["max_score"] = score.points
    test["status"] = "passed" if score.outcome is Outcome.PASSED else "failed"
    return test


def _name(score: CriterionScore, *, answer: bool) -> str:
    if score.bonus:
        return f"{score.title} (bonus, at most {counted(score.points, 'point')})"
    if answer:
        return f"{score.title} ({counted(score.points, 'point')}, graded by a person)"
    return score.title
