"""What a check does with answers: it asks, goes on with what came, and reports."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from fuzzing.exchanges import ENTRY, SCALE, Exchange, X, session_of
from fuzzing.peer import Fed
from grader.checks.student import Student, StudentFault
from grader.core.outcome import Outcome
from grader.numeric.compare import Mismatch, expect_close
from grader.worker import wire

_PLAIN = (type(None), bool, int, float, str, wire.Handle)


def _expect_plain(value: Any) -> None:
    """Raise TypeError for anything but what a frame can hold."""
    kind = type(value)
    if kind in {list, tuple}:
        for each in value:
            _expect_plain(each)
    elif kind is dict and all(type(key) is str for key in value):
        for each in value.values():
            _expect_plain(each)
    elif kind not in _PLAIN and not (kind is np.ndarray and value.dtype.str in wire.DTYPES):
        raise TypeError(f"a {kind.__name__} came out of a frame")


def asked_as_a_check(student: Student, ask: Callable[[Student], Any]) -> str:
    """Ask, as a check does; return what became of it."""
    try:
        value = ask(student)
    except StudentFault as error:
        fault = error.fault
        msgspec.json.encode(fault)  # it is written into a report
        if fault.outcome is Outcome.BROKEN:
            raise ValueError("a fault of ours") from None
        refused = "channel" in fault.what or "ended the process" in fault.what
        return "refused" if refused else "a fault of the student"
    except Mismatch as error:
        msgspec.json.encode(error.difference)
        return "a wrong value"
    _expect_plain(value)
    first = value[0] if isinstance(value, tuple) and value else value
    if isinstance(first, np.ndarray):
        with contextlib.suppress(Mismatch):
            expect_close("out", first, X)
    return "read"


def take_in(exchange: Exchange) -> str:
    """Ask for the answers of an exchange, go on with what came, and return how it ended.

    Whatever is raised here would be our fault, and withhold a score.
    """
    session = session_of(lambda: Fed(exchange.answers, mute=exchange.mute), exchange.source)
    student = Student(session, ENTRY.assignment)
    try:
        outcome = asked_as_a_check(student, exchange.ask)
        asked_as_a_check(
            student, lambda each: each.batchnorm_forward(X, SCALE, SCALE, {"mode": "test"})
        )
        student.fresh()
        asked_as_a_check(student, exchange.ask)
        msgspec.json.encode([session.pool.asked, session.pool.absent, session.pool.printed])
    finally:
        session.pool.close()
    return outcome
