"""What hidden checks ask of a worker, and what real workers answer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from grader import catalog
from grader.checks.student import Student, StudentFault
from grader.sandbox import process
from grader.sandbox import tier as tiers
from grader.sandbox.policy import worker_limits
from grader.sandbox.pool import StartWorker
from grader.sandbox.runtime import find_runtime
from grader.sandbox.session import Session
from grader.sandbox.zygote import Zygote
from grader.worker import wire

PROJECT = Path(__file__).resolve().parents[2]
ENTRY = catalog.find_assignment(str(PROJECT / "reference" / "batchnorm"))
SOLVED = (PROJECT / "tests/submissions/batchnorm/perfect_staged/hand-in/layers.py").read_text()
UNSOLVED = "def batchnorm_forward(*_):\n    raise NotImplementedError('not yet')\n"
# How a frame begins whose body is in shared memory.
SHARED = b"GRDM"
_WORKER_CPU_SECONDS = 600.0

X = np.random.default_rng(0).standard_normal((6, 4))
LARGE = np.random.default_rng(1).standard_normal((300, 40))  # its body is in shared memory
SCALE = np.ones(4)


@dataclass(frozen=True)
class Recorded:
    """One answer: header and body, and whether the body was in shared memory."""

    header: bytes
    body: bytes
    shared: bool = False
    magic: bytes = b""
    lengths: tuple[int, int] | None = None
    tail: bytes = b""

    def inline(self) -> bytes:
        """Return what goes through the socket."""
        magic = self.magic or (SHARED if self.shared else wire.MAGIC)
        header, body = self.lengths or (len(self.header), len(self.body))
        head = wire.HEAD.pack(magic, header % 2**32, body % 2**64)
        return head + self.header + (b"" if self.shared else self.body) + self.tail

    @property
    def incomplete(self) -> bool:
        """Whether more is announced than comes."""
        sent = self.inline()
        _, header, body = wire.HEAD.unpack(sent[: wire.HEAD.size])
        announced = header + (0 if wire.is_shared(sent) else body)
        return announced > len(sent) - wire.HEAD.size


@dataclass(frozen=True)
class Exchange:
    """What is asked of a hand-in, what is done with the value, and the answers there were."""

    name: str
    ask: Callable[[Student], Any]
    source: str = SOLVED
    answers: tuple[Recorded, ...] = ()
    mute: bool = False


def _forward(student: Student, x: np.ndarray[Any, Any] = X) -> Any:
    scale, param = np.ones(x.shape[1]), {"mode": "train", "eps": 1e-5}
    out, cache = student.batchnorm_forward(x, scale, scale, param)
    return out, cache, param


def _backward(student: Student) -> Any:
    _, cache, _ = _forward(student)
    return student.batchnorm_backward(X, cache)


def _chain(student: Student) -> Any:
    _, cache = student.later.batchnorm_forward(X, SCALE, SCALE, {"mode": "train"})
    return student.batchnorm_backward(X, cache)


def _in_turn(student: Student) -> Any:
    shared = {"mode": "train"}
    return student.in_turn("batchnorm_forward", [(X, SCALE, SCALE)] * 3, shared), shared


def _prepare(student: Student) -> Any:
    student.begin_prepare("batchnorm_forward", (X, SCALE, SCALE, {"mode": "train"}))
    handles = student.end_prepare("batchnorm_forward")
    return student.timed("batchnorm_backward", X, handles[-1])[0]


def _batch(student: Student) -> Any:
    return student.batch("batchnorm_forward", [(X, SCALE, SCALE, {"mode": "train"})] * 3)


def _raised(student: Student) -> Any:
    return student.raised_by("batchnorm_forward", X, SCALE, SCALE, {"mode": "other"})


EXCHANGES = (
    Exchange("call", _forward),
    Exchange("large call", lambda student: _forward(student, LARGE)),
    Exchange("two calls", _backward),
    Exchange("chain", _chain),
    Exchange("in turn", _in_turn),
    Exchange("prepare", _prepare),
    Exchange("batch", _batch),
    Exchange("raised", _raised),
    Exchange("unfinished", _forward, UNSOLVED),
)


def session_of(start_worker: StartWorker, source: str) -> Session:
    return Session(
        start_worker, ENTRY.assignment, {"layers.py": source}, {"layers.py": "layers.py"}, {}
    )


class Recorder(process.Worker):
    """A worker whose complete answers are noted."""

    def __init__(self, zygote: Zygote, limits: dict[str, int], answers: list[Recorded]) -> None:
        self._answers = answers
        super().__init__(zygote, limits)

    def _read_into(self, frame: process.Frame) -> bool | None:
        complete = super()._read_into(frame)
        if complete:
            header, body = frame.parts()
            self._answers.append(Recorded(bytes(header), bytes(body), frame.shared))
        return complete


def record() -> list[Exchange]:
    """Ask real workers, and return each exchange with what they answered."""
    recorded = []
    with Zygote(tiers.choose().walls, find_runtime()) as zygote:
        memory = ENTRY.assignment.limits.memory_mb << 20
        limits = worker_limits(
            memory, zygote.base_bytes, zygote.base_data_bytes, _WORKER_CPU_SECONDS
        )
        for exchange in EXCHANGES:
            answers: list[Recorded] = []
            session = session_of(partial(Recorder, zygote, limits, answers), exchange.source)
            with contextlib.suppress(StudentFault):
                exchange.ask(Student(session, ENTRY.assignment))
            session.pool.close()
            recorded.append(replace(exchange, answers=tuple(answers)))
    return recorded
