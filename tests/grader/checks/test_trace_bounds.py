"""A trace is replayed in the trusted process: what a hand-in answers cannot fill or stall it."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks.trace import Trace
from grader.core.assignment import Function
from grader.sandbox.fault import Returned

FORWARD = Function("forward", "layers.py", ["out"])
X = np.ones((6, 4))


def traced(value=X, left=None, param=None):
    """Return the one call of a trace: its arguments, and what was seen of it."""
    trace = Trace()
    param = {"mode": "train"} if param is None else param
    trace.add(FORWARD, (X, param), Returned(value, {1: left or {}}), 0)
    return trace.calls[0]


@pytest.mark.parametrize(
    "entry", [np.ones(25), np.ones((24, 1, 1)), [1] * 25, [[1]], {"a": 1}], ids=str
)
def test_what_is_larger_than_the_inputs_is_not_replayed(entry):
    call = traced(param={"mode": "train", "running_mean": entry})
    assert isinstance(call.arguments[1]["running_mean"], str)
    assert call.arguments[1]["mode"] == "train"


@pytest.mark.parametrize("entry", [0.9, np.ones(4), np.ones((1, 4)), [1.0] * 4], ids=str)
def test_statistics_are_replayed_as_they_were_left(entry):
    call = traced(param={"running_mean": entry})
    assert np.array_equal(call.arguments[1]["running_mean"], entry)


def test_large_answers_are_not_kept():
    trace = Trace()
    for _ in range(20):
        answer = Returned(np.ones((1 << 20) // 8), {1: {"rubbish": np.ones(1 << 17)}})
        trace.add(FORWARD, (X, {}), answer, 0)
    arrays = [
        each for call in trace.calls for each in call.seen.values() if isinstance(each, np.ndarray)
    ]
    assert sum(each.nbytes for each in arrays) <= 4 << 20


def test_a_small_answer_does_not_hold_the_frame_it_came_in():
    frame = np.ones(1 << 20)
    assert traced(value=frame[:4]).seen["out"].base is None


def test_many_entries_are_cut():
    many = {str(number): number for number in range(100_000)}
    call = traced(left=many, param=many)
    assert len(call.seen) < 2000
    assert len(call.arguments[1]) < 2000
