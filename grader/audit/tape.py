"""Record the calls that the hidden suite makes on the solution, and make them again elsewhere."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from grader.audit.judge import Judge
from grader.checks.drawn import seeded
from grader.intake.workspace import Workspace
from grader.sandbox.fault import Fault
from grader.sandbox.process import Allowance, Death
from grader.sandbox.session import Session
from grader.sandbox.unwalled import Message, through_frames
from grader.worker import serve
from grader.worker.wire import Handle

Lines = set[tuple[str, int]]


@dataclass(frozen=True)
class Exchange:
    """A request to a hand-in, and its reply; neither is ever written to."""

    request: Message
    reply: Message


@dataclass
class Tape:
    """What one criterion asked of the solution: requests and replies, and the lines that ran.

    `steps` counts the lines with repetition: what the criterion costs. `timed` is a tape of a race.
    """

    criterion: str
    exchanges: list[Exchange] = field(default_factory=list)
    lines: Lines = field(default_factory=set)
    steps: int = 0
    timed: bool = False


def record(judge: Judge, files: Mapping[str, bytes], seed: int) -> list[Tape]:
    """Return a tape for each criterion that calls the hand-in."""
    tapes = []
    answer = judge.home.answer
    for criterion in judge.entry.assignment.criteria:
        if criterion.answer:
            continue
        tape = Tape(criterion.id)
        judge.home.answer = _recorder(tape, files)
        try:
            judge.judge(files, seed=seed, only={criterion.id})
        finally:
            judge.home.answer = answer
        tapes += [tape] if tape.lines else []
    return tapes


def _recorder(tape: Tape, files: Container[str]) -> Callable[[serve.Server, Message], Message]:
    def answer(server: serve.Server, request: Message) -> Message:
        if request["op"] == "prepare" or request.get("watch") is False:
            tape.timed = True
            return through_frames(server, request)
        kept = copy.deepcopy(request)
        with seeded(len(tape.exchanges)), _Trace(tape, files):
            reply = through_frames(server, request)
        tape.exchanges.append(Exchange(kept, copy.deepcopy(reply)))
        return reply

    return answer


class _Trace:
    """Notes which lines of the files run."""

    def __init__(self, tape: Tape, files: Container[str]) -> None:
        self._tape, self._files = tape, files
        self._before: Any = None

    def __enter__(self) -> None:
        self._before = sys.gettrace()
        sys.settrace(self._enter_function)

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def _enter_function(self, frame: FrameType, event: str, value: Any) -> Any:
        del event, value
        return self._step if frame.f_code.co_filename in self._files else None

    def _step(self, frame: FrameType, event: str, value: Any) -> Any:
        del value
        if event == "line":
            self._tape.lines.add((frame.f_code.co_filename, frame.f_lineno))
            self._tape.steps += 1
        return self._step


class Player:
    """Makes recorded requests to a hand-in.

    It gets the handles that it gave out itself in the place of those that were recorded.
    """

    def __init__(self, judge: Judge, session: Session, workspace: Workspace) -> None:
        self._session = session
        files = {each.name: each.file for each in judge.entry.assignment.functions}
        self._paths = {name: workspace.located[file] for name, file in files.items()}
        self._seconds = judge.entry.assignment.limits.call_seconds

    def play(self, exchanges: Sequence[Exchange]) -> Iterator[Message]:
        """Yield the reply to each request of a tape."""
        handles: dict[int, Handle] = {}
        for number, exchange in enumerate(exchanges):
            reply = self.ask(number, with_handles(exchange.request, handles))
            note_handles(handles, exchange.reply, reply)
            yield reply

    def ask(self, number: int, request: Message) -> Message:
        """Make a request that has this number on its tape."""
        worker = self._session.pool.worker_for(self._paths[request["function"]])
        if isinstance(worker, Fault):
            return {"status": "does not load"}
        worker.begin(request)
        with seeded(number):
            reply = worker.finish(Allowance(self._seconds, 0))
        return {"status": "died"} if isinstance(reply, Death) else reply


def note_handles(handles: dict[int, Handle], recorded: Message, reply: Message) -> None:
    """Note the handles of a reply for those that stand in the same order in the recorded one."""
    handles |= {
        old.number: new for old, new in zip(_handles_in(recorded), _handles_in(reply), strict=False)
    }


def _handles_in(value: Any) -> Iterator[Handle]:
    if isinstance(value, Handle):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _handles_in(each)
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _handles_in(each)


def with_handles(value: Any, handles: Mapping[int, Handle]) -> Any:
    """Return a value with other handles in the place of its own."""
    if isinstance(value, Handle):
        return handles.get(value.number, value)
    if isinstance(value, dict):
        return {key: with_handles(each, handles) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(with_handles(each, handles) for each in value)
    return value
