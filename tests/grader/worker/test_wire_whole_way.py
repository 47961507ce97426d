"""What a worker answers, all the way to a check: refused, or read; never a fault of ours.

The spoilt answers are made as in benchmarks/fuzz.py, which tries many more of them.
"""

import random
import tracemalloc
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from fuzzing.check import asked_as_a_check, take_in
from fuzzing.exchanges import record
from fuzzing.spoil import spoilt, spoilt_exchange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.checks.student import Student
from grader.core.assignment import Assignment, Criterion, File, Function, Limits
from grader.core.outcome import Outcome
from grader.core.score import Status
from grader.sandbox import process
from grader.sandbox.pool import walled
from grader.sandbox.runtime import find_runtime
from grader.sandbox.session import Session
from grader.sandbox.zygote import Zygote
from grader.worker import wire
from grader.worker.shared import SharedMemory

pytestmark = pytest.mark.attacks

WHOLE_WAY = settings(
    derandomize=True,
    deadline=None,
    max_examples=1000,
    suppress_health_check=[HealthCheck.too_slow],
)
OUTCOMES = {"refused", "a fault of the student", "a wrong value", "read"}


@pytest.fixture(scope="module")
def exchanges():
    """What checks ask for, with what real workers answered."""
    return record()


def test_answers_that_are_not_spoilt_are_read(exchanges):
    ends = {exchange.name: take_in(exchange) for exchange in exchanges}
    assert ends.pop("unfinished") == "a fault of the student"
    assert set(ends.values()) == {"read"}
    assert any(answer.shared for exchange in exchanges for answer in exchange.answers)


def test_spoilt_answers_are_refused_or_read(exchanges):
    ends = set()

    @WHOLE_WAY
    @given(st.integers(0, 2**64))
    def spoil_and_take_in(seed):
        ends.add(take_in(spoilt_exchange(random.Random(seed), exchanges)))

    spoil_and_take_in()
    assert ends == OUTCOMES


def test_what_is_announced_is_not_allocated_before_it_comes(exchanges):
    exchange = exchanges[0]
    cut = replace(exchange.answers[-1], lengths=(wire.MAX_HEADER, 256 << 20))
    take_in(exchange)
    tracemalloc.start()
    try:
        assert take_in(replace(exchange, answers=(*exchange.answers[:-1], cut))) == "refused"
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def test_a_frame_without_a_header_ends_where_it_says():
    frame = process.Frame(1 << 30, SharedMemory(None))
    frame.add(wire.HEAD.pack(wire.MAGIC, 0, 1000))
    assert not frame.add(bytes(999))
    with pytest.raises(wire.WireError, match="more than one frame"):
        frame.add(bytes(999))


# What a hand-in with recorded frames does: it says one of them, and is gone.
FORGER = """
import os

def forge(number):
    data = FRAMES[int(number)]
    while data:
        data = data[os.write(3, data):]
    os._exit(0)

def double(x):
    return 2 * x
"""


def forging(frames):
    return Assignment(
        title="forging",
        version="1",
        files=[File("layers.py")],
        functions=[
            Function("forge", "layers.py", ["out", "cache"], ["cache"]),
            Function("double", "layers.py", ["out"]),
        ],
        criteria=[Criterion("one", "one", 1)],
        limits=Limits(call_seconds=5.0),
    ), {"layers.py": f"FRAMES = {frames!r}\n{FORGER}"}


def test_a_hand_in_that_sends_spoilt_answers_is_the_only_one_to_lose(exchanges, tier):
    rng, honest = random.Random(0), exchanges[0].answers[-1]  # to the second request of a worker
    frames = [spoilt(rng, honest, exchanges[3].answers).inline() for _ in range(100)]
    assignment, sources = forging(frames)
    ends = []
    with Zygote(tier.walls, find_runtime()) as zygote:
        start = walled(zygote, assignment.limits)
        session = Session(start, assignment, sources, {"layers.py": "layers.py"}, {})
        student = Student(session, assignment)
        for number in range(len(frames)):
            student.fresh()
            ends.append(asked_as_a_check(student, lambda s, n=number: s.forge(float(n))))
        assert np.array_equal(student.double(np.ones(3)), 2 * np.ones(3))
        session.pool.close()
    assert set(ends) <= OUTCOMES
    assert ends.count("refused") > 50
    assert set(ends) > {"refused"}


PRELUDE = r"""
import json, os, struct, sys

def say(node, body=b"", header=None):
    header = json.dumps(node).encode() if header is None else header
    data = struct.pack("<4sIQ", b"GRD1", len(header), len(body)) + header + body
    while data:
        data = data[os.write(3, data):]
    os._exit(0)

def answer(**parts):
    return {"d": [[key, part] for key, part in {"id": 2, "status": "returned", **parts}.items()]}

PAIR = {"a": ["<f8", [2]]}
"""
FORGED = {
    "array_as_id": "def add(a, b): say(answer(id=PAIR, value=1), bytes(64))",
    "array_as_status": "def add(a, b): say(answer(status=PAIR, value=1), bytes(64))",
    "array_as_dicts": "def add(a, b): say(answer(value=1, dicts={'d': [['0', PAIR]]}), bytes(64))",
    "no_such_argument": "def add(a, b): say(answer(value=1, dicts={'d': [['-7', {'d': []}]]}))",
    "no_header": "def add(a, b): say(None, bytes(1 << 20), b'')",
    "no_json": "def add(a, b): say(None, b'', b'[' * 10_000)",
    "code_too_long": "say(answer(id=1, status='loaded', absent={'l': []},"
    " compiled={'d': [['sums.py', 'x' * 3_000_000]]}))",
    "code_too_deep": "say(answer(id=1, status='loaded', absent={'l': []},"
    " compiled={'d': [['sums.py', {'l': [{'l': [{'l': [{'l': [{'l': [{'l': []}]}]}]}]}]}]]}))",
    "no_words": r"def add(a, b): say(answer(value={'h': [1, '\ud800\u202e']}))",
}
# What is not a forgery, and no reason to withhold anything.
HARMLESS = {
    "closes_its_output": "import os\nos.close(1)\nos.close(2)\ndef add(a, b): return a + b",
    "closes_its_output_late": "import os\ndef add(a, b):\n os.closerange(1, 3)\n return a + b",
}


def test_forgers_lose_their_points_and_nobody_is_to_blame_but_them(
    toy, tmp_path, grade_all, lay_out
):
    sources = {name: PRELUDE + source for name, source in FORGED.items()} | HARMLESS
    hand_ins = {name: lay_out(tmp_path / name, {"sums.py": sources[name]}) for name in sources}
    ends, reports = {}, grade_all(str(toy), hand_ins)
    for name, report in reports.items():
        msgspec.json.encode(report)
        assert report.score.status is Status.GRADED, name
        ends[name] = report.criteria[0].outcome
    assert ends == {
        **dict.fromkeys(FORGED, Outcome.CRASHED),
        **dict.fromkeys(HARMLESS, Outcome.PASSED),
    }
    assert reports["no_words"].checks[0].finding.actual == r"a \ud800\u202e"
