"""A hand-in that can be called: its functions as requests, its mishaps as faults."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from grader.core.assignment import Assignment
from grader.core.outcome import Outcome
from grader.sandbox import fault as faults
from grader.sandbox.fault import Answer, Fault, Returned, interpret
from grader.sandbox.pool import Library, StartWorker, Worker, WorkerPool
from grader.sandbox.process import Death

# After this many time-outs of one function its other calls are not tried: a class must end.
_STRIKES = 3


@dataclass(frozen=True)
class ChainedCall:
    """A call in a chain; `earlier` fills argument positions: `{position: (step, value)}`."""

    name: str
    arguments: Sequence[Any]
    earlier: Mapping[int, tuple[int, int]]


def _nowhere(_: int) -> tuple[str, int]:
    return "", 0


class Session:
    """One hand-in behind the walls. Starts a worker when it is needed and replaces a dead one.

    Parameters
    ----------
    start_worker
        Starts a worker, for instance `grader.sandbox.pool.walled(zygote, limits)`.
    sources
        Source text by path, given files among them.
    located
        Where among the sources each file of the assignment is.
    unusable
        Files of the assignment that cannot be used, and why.
    libraries
        By path what was built of a source, in its place: see `WorkerPool`.
    place
        Path and line of the code at an address in a library.
    broken
        By name functions that cannot be called, and why.
    spares
        How many more workers load the hand-in while one works.
    total_seconds
        When it has used so much (`WorkerPool.used_seconds`) nothing more is asked of it.
    strikes
        How often each function was stopped for its time; sessions of one hand-in share it.

    Attributes
    ----------
    pool
        Its workers.

    """

    def __init__(  # noqa: PLR0913 - what a worker is made from
        self,
        start_worker: StartWorker,
        assignment: Assignment,
        sources: Mapping[str, str],
        located: Mapping[str, str],
        unusable: Mapping[str, Fault],
        *,
        libraries: Mapping[str, Library] = MappingProxyType({}),
        broken: Mapping[str, Fault] = MappingProxyType({}),
        place: Callable[[int], tuple[str, int]] = _nowhere,
        spares: int = 0,
        total_seconds: float = math.inf,
        strikes: Counter[str] | None = None,
    ) -> None:
        self._assignment = assignment
        self._located = {file: path for file, path in located.items() if file not in unusable}
        self._unusable = dict(unusable)
        self._functions = {function.name: function for function in assignment.functions}
        self._broken, self._place = dict(broken), place
        self._begun: tuple[str, Worker | Fault] = "", Fault(Outcome.SKIPPED, "nothing was begun")
        self._strikes: Counter[str] = Counter() if strikes is None else strikes
        self._total_seconds = total_seconds
        self.pool = WorkerPool(
            start_worker, assignment, sources, self._located, libraries=libraries, spares=spares
        )

    def call(self, name: str, arguments: Sequence[Any], *, watch: bool = True) -> Returned | Fault:
        """Call a function of the hand-in; `watch` reports which array arguments it changes."""
        message: dict[str, Any] = {"op": "call", "arguments": tuple(arguments)}
        if not watch:
            message["watch"] = False
        return interpret(self._words(name), self._request(name, message))

    def begin_prepare(self, name: str, arguments: Sequence[Any]) -> None:
        """Call a function whose every value stays in the worker, without waiting for it."""
        message = {"op": "prepare", "arguments": tuple(arguments)}
        self._begun = name, self._begin(name, message)

    def end_prepare(self) -> Returned | Fault:
        """Wait for that call; its value is a handle for each value."""
        name, worker = self._begun
        return interpret(self._words(name), self._finish(worker, name))

    def batch(
        self, name: str, calls: Sequence[Sequence[Any]], shared: dict[str, Any] | None = None
    ) -> list[Returned | Fault]:
        """Call a function many times in one frame, within the time of one call.

        A dict `shared` is the last argument of every call, each finding it as the one before left
        it. When one of the calls raises, all are that fault.
        """
        message = {"op": "batch", "calls": [tuple(call) for call in calls], "shared": shared}
        answer = self._request(name, message)
        if isinstance(answer, faults.BatchAnswer) and len(answer.calls) == len(calls):
            return [interpret(self._words(name), each) for each in answer.calls]
        return [interpret(self._words(name), answer)] * len(calls)

    def chain(self, calls: Sequence[ChainedCall]) -> list[Returned | Fault] | None:
        """Call functions one after the other in one frame; later ones use values of earlier ones.

        All values of all but the last stay in the worker. Ends with the first fault; None where
        the worker died and so does not tell in which call.
        """
        for call in calls:
            if fault := self._not_callable(call.name):
                return [fault]
        steps = [
            {
                "function": call.name,
                "arguments": tuple(call.arguments),
                "earlier": {str(i): list(source) for i, source in call.earlier.items()},
            }
            for call in calls
        ]
        last = calls[-1].name
        worker = self._begin(last, {"op": "chain", "calls": steps})
        if isinstance(worker, Fault):
            return [worker]
        answer = self.pool.answer(worker, self._assignment.limits.call_seconds)
        if isinstance(answer, Death):
            return None
        if isinstance(answer, faults.BatchAnswer):
            pairs = zip(calls, answer.calls, strict=False)
            return [interpret(self._words(call.name), each) for call, each in pairs]
        return [interpret(self._words(last), answer)]

    def _request(self, name: str, message: dict[str, Any]) -> Answer | Fault:
        return self._finish(self._begin(name, message), name)

    def _begin(self, name: str, message: dict[str, Any]) -> Worker | Fault:
        """Send a request about a function to a worker that has imported its file."""
        if fault := self._not_callable(name):
            return fault
        worker = self.pool.worker_for(self._located[self._functions[name].file])
        if not isinstance(worker, Fault):
            self.pool.mark_called()
            worker.begin({**message, "function": name})
        return worker

    def _finish(self, worker: Worker | Fault, name: str) -> Answer | Fault:
        if isinstance(worker, Fault):
            return worker
        limits = self._assignment.limits
        answer = self.pool.answer(worker, limits.call_seconds)
        if not isinstance(answer, Death):
            return answer
        if answer.cause == "time":
            self._strikes[name] += 1
        if answer.offset:
            path, line = self._place(answer.offset)
            answer = replace(answer, path=path, line=line)
        return faults.fault_of_death(self._words(name), answer, limits.call_seconds, limits)

    def _words(self, name: str) -> str:
        return self._functions[name].words

    def _not_callable(self, name: str) -> Fault | None:
        path = self._functions[name].file
        if path in self._unusable:
            return self._unusable[path]
        if name in self._broken:
            return self._broken[name]
        if self._strikes[name] >= _STRIKES:
            what = f"not run: {self._words(name)} was stopped for taking too long {_STRIKES} times"
            return Fault(Outcome.SKIPPED, what)
        if self.pool.used_seconds > self._total_seconds:
            what = f"not run: the hand-in had used up the {self._total_seconds:g} s it may compute"
            return Fault(Outcome.SKIPPED, what)
        return None
