"""Reports to render: one with every kind of outcome, and a class around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from grader.core.assignment import Criterion
from grader.core.finding import CheckResult, Finding, Picture
from grader.core.outcome import Outcome
from grader.core.report import (
    AnswerRecord,
    Conditions,
    EvidenceRecord,
    NotebookRecord,
    Report,
    Submission,
    SubmittedFile,
    Usage,
)
from grader.core.score import score_submission

CRITERIA = [
    Criterion("forward", "Forward pass: normalise, then scale and shift", 30.0),
    Criterion("running", "Running statistics follow the batches", 20.0),
    Criterion("dx", "Backward pass: dx", 20.0),
    Criterion("speed", "The alternative is faster", 10.0),
    Criterion("inputs", "Inputs stay as they were", 20.0, combine="share"),
    Criterion("group", "Group norm", 8.0, bonus=True),
]
# A check of each criterion is named by its criterion and its place: "inputs 1".
CHECKS = {criterion.id: 1 for criterion in CRITERIA} | {"inputs": 2}

Fault = tuple[Outcome, float | None, Finding]
MakeReport = Callable[..., Report]

HEAT = Picture("heat map", "Where dx is off", [[1e-9, 0.5], [None, 1e-3]])
FULL: dict[str, Fault] = {
    "running 0": (
        Outcome.PARTIAL,
        0.75,
        Finding(
            "running_var is close to the expected values",
            expected="at most 1e-08 of its scale",
            actual="off by 3.2e-06 of its scale",
            where="largest at index (4,) of shape (7,)",
            hint="Accumulate in float64.",
            error=3.2e-6,
            secret={"reference value": "SECRET-0.48170"},
        ),
    ),
    "dx 0": (
        Outcome.FAILED,
        0.0,
        Finding("dx differs from the expected values", error=0.31, picture=HEAT),
    ),
    "speed 0": (Outcome.AWAITING, None, Finding("too close to call")),
    "inputs 0": (
        Outcome.RAISED,
        0.0,
        Finding(
            "batchnorm_forward raised ValueError",
            where="line 12 of layers.py",
            secret={"message": "SECRET-MESSAGE"},
        ),
    ),
    "group 0": (
        Outcome.TIMED_OUT,
        0.0,
        Finding("spatial_groupnorm_forward was stopped after 4 s"),
    ),
}
BROKEN: Fault = (Outcome.BROKEN, None, Finding(secret={"error": "SECRET-TRACE"}))


def make(
    student: str = "ada",
    faults: Mapping[str, Fault] | None = None,
    *,
    every: Fault | None = None,
    **more: object,
) -> Report:
    checks = []
    for criterion, count in CHECKS.items():
        for place in range(count):
            name = f"{criterion} {place}"
            fault = (faults or {}).get(name, every)
            outcome, fraction, finding = fault or (Outcome.PASSED, 1.0, Finding())
            checks.append(
                CheckResult(
                    id=f"test_hidden_{criterion}.py::test_nodeid_{place}",
                    criterion=criterion,
                    title=f"The check {name} is met.",
                    outcome=outcome,
                    fraction=fraction,
                    finding=finding,
                    notes=("A note of a check.",) if name == "inputs 1" else (),
                    seconds=0.4375,
                )
            )
    score, criteria = score_submission(CRITERIA, checks)
    return Report(
        submission=Submission(
            student,
            f"{student}.zip",
            "0123456789abcdef" * 4,
            [SubmittedFile("layers.py", "student", "ab" * 32)],
        ),
        conditions=Conditions(
            "batchnorm", "Batch normalization", "1.0", "0.1.0", 860860, "strong", ["seccomp"]
        ),
        score=score,
        criteria=criteria,
        checks=checks,
        **{"notes": ["A note for the student."], "staff_notes": ["A note for STAFF."]} | more,
        usage=Usage(3.75, 2.5),
    )


def make_notebook(*verdicts: str, answers: Mapping[str, str] | None = None) -> NotebookRecord:
    """Return a notebook with a number for each verdict, and answers by their criterion."""
    return NotebookRecord(
        name="bn.ipynb",
        executed=True,
        cells=[],
        missing=[],
        evidence=[
            EvidenceRecord("c", f"n{place} error", verdict, f"Shows n{place}.", [1e-9], [1.0])
            for place, verdict in enumerate(verdicts)
        ],
        answers=[
            AnswerRecord(criterion, f"q-{criterion}", "Why?", text, blank=not text)
            for criterion, text in (answers or {}).items()
        ],
        notes=[],
        document={"cells": []},
        places={"c": "the code cell under “Forward”"},
    )


@pytest.fixture(scope="session")
def a_notebook() -> Callable[..., NotebookRecord]:
    """Make the notebook of a report."""
    return make_notebook


@pytest.fixture(scope="session")
def criteria() -> list[Criterion]:
    """Return the rubric of all reports here: 100 points and 8 of bonus."""
    return CRITERIA


@pytest.fixture(scope="session")
def make_report() -> MakeReport:
    """Make a report: a student's name, faults by check, or one fault for every check."""
    return make


@pytest.fixture(scope="session")
def full() -> Report:
    """Return a report with one of each: partial, failed, raised, timed out, awaiting, passed."""
    return make("ada", FULL)


@pytest.fixture(scope="session")
def withheld() -> Report:
    """Return a report whose score we could not make."""
    return make("bea", {"forward 0": BROKEN, "dx 0": FULL["dx 0"]})


@pytest.fixture(scope="session")
def perfect() -> Report:
    """Return a report of a hand-in that earned everything, bonus included."""
    return make("cem")


@pytest.fixture(scope="session")
def unreadable() -> Report:
    """Return a report in which one thing stopped every check."""
    words = Finding("the file does not load: SyntaxError", where="line 41 of layers.py")
    return make("dov", every=(Outcome.RAISED, 0.0, words))


@pytest.fixture(scope="session")
def hostile() -> Report:
    """Return a report in which everything that comes from the hand-in tries to be markup."""
    evil = "<img src=x onerror='window.pwned=1'>"
    breakout = "</style></script></svg><script>window.pwned=1</script>"
    picture = Picture("curves", breakout, [[1.0, 2.0]], [breakout + "$x^2$"])
    finding = Finding(evil, breakout, "x" * 2000, breakout, evil, 0.5, picture, {evil: breakout})
    faults = {"dx 0": (Outcome.FAILED, 0.0, finding)}
    return make(evil, faults, notes=[breakout, "x" * 2000], staff_notes=[breakout])


@pytest.fixture(scope="session")
def klass(full, withheld, perfect, unreadable, hostile) -> list[Report]:
    """Return a class of five, in no order."""
    return [perfect, hostile, unreadable, full, withheld]
