"""Spoil answers of a worker, and take them in all the way that a check does.

Real workers are asked as hidden checks ask them, and what they answer is recorded. Then the same is
asked again and again of somebody who gives the recorded answers, one of them spoilt: changed bytes
and lengths, other nodes, other forms of answers, frames too many and too few. Everything on the
trusted side takes part: socket and shared memory, frame, decoder, schema, session, what a check
makes of values, and the next request, to which they are passed on. A spoilt answer is refused, as
the student's fault, or read as what some hand-in may have answered; anything else is a failure.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import gc
import json
import os
import random
import socket
import sys
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import psutil

from grader import catalog
from grader.checks.student import Student, StudentFault
from grader.core.outcome import Outcome
from grader.numeric.compare import Mismatch, expect_close
from grader.sandbox import process
from grader.sandbox import tier as tiers
from grader.sandbox.pool import walled
from grader.sandbox.runtime import find_runtime
from grader.sandbox.session import Session
from grader.sandbox.zygote import Birth, Zygote
from grader.worker import wire
from grader.worker.shared import SharedMemory

PROJECT = Path(__file__).resolve().parents[1]
ENTRY = catalog.find_assignment(str(PROJECT / "reference" / "batchnorm"))
SOLVED = (PROJECT / "tests/submissions/batchnorm/perfect_staged/hand-in/layers.py").read_text()
UNSOLVED = "def batchnorm_forward(*_):\n    raise NotImplementedError('not yet')\n"
# Blocks of memory in use afterwards, over those after the first tenth. What the process takes from
# the system is no measure: it keeps what the largest frames once needed.
MOST_GROWTH = 1.10
_SHARED = b"GRDM"
_MOST_BODY = 1 << 20

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
        magic = self.magic or (_SHARED if self.shared else wire.MAGIC)
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


def session_of(start_worker: Any, source: str) -> Session:
    return Session(
        start_worker, ENTRY.assignment, {"layers.py": source}, {"layers.py": "layers.py"}, {}
    )


@contextlib.contextmanager
def _recording(answers: list[Recorded]) -> Iterator[None]:
    """Note each frame that is complete."""
    usual = process._Frame  # noqa: SLF001 - what is recorded are frames

    class Frame(usual):
        def value(self) -> Any:
            data, shared = bytes(self._data), wire.is_shared(self._data)
            header = data[wire.HEAD.size :][: self._header]
            body = self._memory.take(self._body) if shared else data[-self._body :]
            answers.append(Recorded(header, bytes(body) if self._body else b"", shared))
            return super().value()

    process._Frame = Frame  # noqa: SLF001
    try:
        yield
    finally:
        process._Frame = usual  # noqa: SLF001


def record() -> list[Exchange]:
    """Ask real workers, and return each exchange with what they answered."""
    recorded = []
    with Zygote(tiers.choose().walls, find_runtime()) as zygote:
        for exchange in EXCHANGES:
            answers: list[Recorded] = []
            session = session_of(walled(zygote, ENTRY.assignment.limits), exchange.source)
            with _recording(answers), contextlib.suppress(StudentFault):
                exchange.ask(Student(session, ENTRY.assignment))
            session.pool.close()
            recorded.append(replace(exchange, answers=tuple(answers)))
    return recorded


class _Peer:
    """Stands where the zygote does, and holds the other end of the channel of one worker."""

    def __init__(self, answers: Sequence[Recorded], *, mute: bool) -> None:
        self._answers = deque(answers)
        self._mute = mute
        self._unsent = memoryview(b"")

    def fork(self, descriptors: Sequence[int], limits: dict[str, int]) -> Birth:
        del limits
        self.channel = socket.socket(fileno=os.dup(descriptors[0]))
        self.channel.setblocking(False)
        self.outputs = [] if self._mute else [os.dup(descriptors[1])]
        self.memory = SharedMemory(os.dup(descriptors[2]))
        return Birth(worker=1)

    def answer(self) -> None:
        """Begin to send the next answer."""
        if not self._answers:
            return
        answer = self._answers.popleft()
        if answer.shared:
            body = answer.body[: len(self.memory.map())]
            self.memory.map()[: len(body)] = body
        if answer.incomplete:
            self._answers.clear()
        self._unsent = memoryview(answer.inline())
        self.send()

    def send(self) -> None:
        """Send as much as there is room for; after the last answer there is nobody."""
        try:
            while self._unsent:
                self._unsent = self._unsent[self.channel.send(self._unsent) :]
            if not self._answers:
                self.channel.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def close(self) -> None:
        self.channel.close()
        self.memory.close()
        for output in self.outputs:
            os.close(output)

    def kill(self, worker: int) -> None:
        """It has no process."""

    def discard(self, worker: int) -> None:  # noqa: ARG002 - as the zygote does
        self.close()

    def reap(self, worker: int) -> int:  # noqa: ARG002 - as the zygote does
        self.close()
        return 9


class Fed(process.Worker):
    """A worker whose answers are given; a `mute` one has closed its output."""

    def __init__(self, answers: Sequence[Recorded], *, mute: bool) -> None:
        self._peer = _Peer(answers, mute=mute)
        super().__init__(self._peer, {})

    def finish(self, allowance: process.Allowance) -> Any:
        """Have the next answer said and take it in."""
        self._peer.answer()
        return super().finish(allowance)

    def _read_into(self, frame: Any) -> bool | None:
        complete = super()._read_into(frame)
        self._peer.send()
        return complete


# What may stand in the place of a node.
_NODES: tuple[Any, ...] = (
    None, True, 0, 1, 2, 7, -1, 2**63 - 1, 2**64 - 1, 2**64, -(2**63) - 1, 10**30, 1.5, "", "0",
    "-7", "\ud800", "<script>", "\x1b[31m", "x" * 300, "raised", "returned", "loaded", "batch",
    "undefined", "id", "\0rest", [], {}, {"f": "nan"}, {"f": "inf"}, {"f": "0x1p99999"},
    {"f": "1e5\ud800"}, {"l": []}, {"t": []}, {"d": []}, {"l": ["x"] * 40}, {"l": [-1]},
    {"t": [None, None]}, {"d": [["-7", {"d": []}]]}, {"d": [["0", {"d": [["x", 1]]}]]},
    {"d": [["3", {"d": [["mode", {"h": [1, "x"]}], ["\ud800", {"a": ["<f8", []]}]]}]]},
    {"d": [["9" * 30, {"d": []}]]}, {"a": ["<f8", []]}, {"a": ["<f8", [2]]}, {"a": ["<f2", [6, 4]]},
    {"a": ["|b1", [6, 4]]}, {"a": ["<u8", [1, 4]]}, {"a": ["<f8", [0, 2**39]]},
    {"a": ["<f8", [2**20, 2**20]]}, {"a": ["|O8", [1]]}, {"a": ["<f4", [1] * 16]},
    {"a": ["<f8", [-1]]}, {"h": [1, ""]}, {"h": [-(10**25), "\ud800\u202e"]}, {"h": [2, "x" * 200]},
    {"h": ["1", "x"]}, {"d": [["status", "undefined"]]},
    {"l": [{"d": [["status", "undefined"]]}] * 3},
    {"l": [{"d": [["status", "returned"], ["value", 1]]}] * 3},
)  # fmt: skip


def _deep(rng: random.Random) -> Any:
    node: Any = {"f": "0x1p0"}
    for _ in range(rng.randint(5, 12)):
        node = {rng.choice("lt"): [node]} if rng.random() < 0.8 else {"d": [["x", node]]}
    return node


def _node(rng: random.Random) -> Any:
    chance = rng.random()
    if chance < 0.002:
        return {"l": [0] * rng.choice([90_000, 99_999, 150_000, 199_000, 200_000])}
    if chance < 0.004:
        return "x" * rng.choice([1 << 20, (1 << 20) + 1, 3 << 20])
    return _deep(rng) if chance < 0.1 else copy.deepcopy(rng.choice(_NODES))


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) below a node of JSON."""
    found, waiting = [], [node]
    while waiting:
        each = waiting.pop()
        inner = each.items() if isinstance(each, dict) else enumerate(each)
        for key, value in inner:
            found.append((each, key))
            if isinstance(value, (dict, list)):
                waiting.append(value)
    return found


def _values(node: Any) -> list[tuple[Any, Any]]:
    """Return those of the places where values stand, not what says of which kind they are."""
    found, waiting = [], [node]
    while waiting:
        ((kind, content),) = waiting.pop().items()
        for at, each in enumerate(content if kind in {"l", "t", "d"} else ()):
            where, key = (each, 1) if kind == "d" else (content, at)
            found.append((where, key))
            if isinstance(where[key], dict):
                waiting.append(where[key])
    return found


def _other_node(rng: random.Random, answer: Recorded) -> Recorded:
    """Replace, drop or repeat nodes, and mostly give the arrays the bytes that they claim."""
    header = json.loads(answer.header)
    places_of = _values if rng.random() < 0.7 else _places
    for _ in range(rng.choice([1, 1, 1, 2, 3]) if places_of is _places else 1):
        places = places_of(header)
        if not places:
            break
        where, key = rng.choice(places)
        change = rng.random()
        if change < 0.7 or not isinstance(where, list):
            where[key] = _node(rng)
        elif change < 0.85:
            del where[key]
        else:
            where.insert(key, copy.deepcopy(where[key]))
    body = answer.body
    if rng.random() < 0.8:
        size = _claimed(header)
        body = (body + rng.randbytes(min(size, 4096)) + bytes(size))[:size]
    return replace(answer, header=json.dumps(header).encode(), body=body)


def _claimed(node: Any) -> int:
    """Return how many bytes the arrays of a header need, 0 where that is too many."""
    size = 0
    for where, key in _places(node):
        content = where[key]
        if key != "a" or not (isinstance(content, list) and len(content) == 2):
            continue
        try:
            array = np.dtype(content[0]).itemsize * int(np.prod(content[1], dtype=float))
        except (TypeError, ValueError, OverflowError):
            continue
        size += array + -array % 64
    return size if 0 < size <= _MOST_BODY else 0


def _other_bytes(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(changed) + 1)
        match rng.randrange(4):
            case 0:
                changed[at:at] = rng.randbytes(1)
            case 1:
                changed[at : at + 1] = rng.choice(b'0123456789-.eE"[]{}:,\\/falthdnu<|').to_bytes()
            case 2:
                del changed[at : at + rng.choice([1, 1, 8, 64])]
            case 3:
                changed[at:at] = changed[max(0, at - 20) : at]
    return bytes(changed)


def _other_head(rng: random.Random, answer: Recorded) -> Recorded:
    true = (len(answer.header), len(answer.body))
    odd = [0, 1, *true, true[0] + 1, true[1] - 1, 64, 8 << 20, 256 << 20, 2**32 - 1, 2**64 - 1]
    lengths = (rng.choice(odd), rng.choice(odd))
    magic = rng.choice([b"", b"", wire.MAGIC, _SHARED, b"GRD2", rng.randbytes(4)])
    return replace(answer, magic=magic, lengths=lengths, shared=rng.random() < 0.3)


def _other_frames(rng: random.Random, answer: Recorded, others: Sequence[Recorded]) -> Recorded:
    match rng.randrange(5):
        case 0:
            return replace(answer, tail=rng.choice(others).inline())
        case 1:
            return replace(answer, tail=rng.randbytes(rng.choice([1, 64])))
        case 2:  # cut short
            cut = rng.randrange(len(answer.header) + 1)
            return replace(answer, header=answer.header[:cut], lengths=(len(answer.header), 0))
        case 3:
            return rng.choice(others)
    return replace(answer, header=rng.choice([b"", b"null", b"[" * 9000, b"1" * 5000, b"\xff"]))


def spoilt(rng: random.Random, answer: Recorded, others: Sequence[Recorded]) -> Recorded:
    """Return an answer with something wrong in it; the same for the same state of `rng`."""
    chance = rng.random()
    if chance < 0.6:
        return _other_node(rng, answer)
    if chance < 0.8:
        changed = replace(answer, header=_other_bytes(rng, answer.header))
        return changed if rng.random() < 0.9 else replace(changed, lengths=(len(answer.header), 0))
    if chance < 0.85:
        return replace(answer, body=_other_bytes(rng, answer.body))
    if chance < 0.92:
        return _other_head(rng, answer)
    return _other_frames(rng, answer, others)


def spoilt_exchange(rng: random.Random, exchanges: Sequence[Exchange]) -> Exchange:
    """Return one of the exchanges with one of its answers spoilt."""
    exchange = rng.choice(exchanges)
    at = rng.randrange(len(exchange.answers))
    others = rng.choice(exchanges).answers
    answers = [*exchange.answers[:at], spoilt(rng, exchange.answers[at], others)]
    answers += exchange.answers[at + 1 :]
    return replace(exchange, answers=tuple(answers), mute=rng.random() < 0.05)


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


def _blocks() -> int:
    gc.collect()
    return sys.getallocatedblocks()


def _report(number: int, exchange: Exchange, seed: int) -> None:
    print(f"frame {number} ({exchange.name}, again with --seed {seed} --only {number}):")
    print("  " + traceback.format_exc().strip().replace("\n", "\n  "))


def main() -> int:
    """Take in many spoilt answers, print what became of them; return 1 where one got through."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="only the frame of this number")
    asked = parser.parse_args()
    exchanges = record()
    numbers = range(asked.frames) if asked.only is None else [asked.only]
    me, started, early = psutil.Process(), time.monotonic(), 0
    descriptors = me.num_fds()
    outcomes: Counter[str] = Counter()
    for number in numbers:
        exchange = spoilt_exchange(random.Random(f"{asked.seed}:{number}"), exchanges)
        try:
            outcomes[take_in(exchange)] += 1
        except Exception:  # noqa: BLE001 - that is what is looked for
            outcomes["anything else"] += 1
            if outcomes["anything else"] <= 5:
                _report(number, exchange, asked.seed)
        if number == asked.frames // 10:
            early = _blocks()
    late, seconds = _blocks(), time.monotonic() - started
    print(f"{sum(outcomes.values()):,} spoilt frames in {seconds:.0f} s, seed {asked.seed}:")
    for words in ("refused", "a fault of the student", "a wrong value", "read", "anything else"):
        print(f"  {outcomes[words]:8,} {words}")
    growth, left = late / (early or late), me.num_fds() - descriptors
    print(f"{late:,} blocks of memory in use, {growth:.2f}x those after a tenth;",
          f"the process takes {me.memory_info().rss / (1 << 20):.0f} MB")  # fmt: skip
    print(f"{left} descriptors left")
    return int(outcomes["anything else"] > 0 or growth > MOST_GROWTH or left > 0)


if __name__ == "__main__":
    sys.exit(main())
