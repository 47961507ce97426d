"""A hand-in that can be called: loaded into fresh workers, its mishaps turned into faults."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.core.assignment import Assignment
from grader.core.outcome import Outcome
from grader.core.text import visible
from grader.sandbox import fault as faults
from grader.sandbox.fault import Answer, Fault
from grader.sandbox.policy import worker_limits
from grader.sandbox.process import Allowance, Death, Worker
from grader.sandbox.zygote import Zygote

# After this many time-outs of one function its other calls are not tried: a class must end.
_STRIKES = 3
# The deadline of each call is kept by the parent; this is the kernel's own bound behind it, for
# all calls between two fresh workers.
_WORKER_CPU_SECONDS = 600.0


@dataclass(frozen=True)
class Returned:
    """A call that came back: its value, the dict arguments as it left them, what it modified."""

    value: Any
    dicts: dict[int, dict[str, Any]] = field(default_factory=dict)
    modified: tuple[int, ...] = ()


@dataclass(frozen=True)
class ChainedCall:
    """A call in a chain; `earlier` fills argument positions: `{position: (step, value)}`."""

    name: str
    arguments: Sequence[Any]
    earlier: Mapping[int, tuple[int, int]]


class Session:
    """One hand-in behind the walls. Starts a worker when it is needed and replaces a dead one.

    Parameters
    ----------
    sources
        Source text by path, given files among them.
    located
        Where among the sources each file of the assignment is.
    unusable
        Files of the assignment that cannot be used, and why.
    spares
        How many more workers load the hand-in while one works.

    """

    def __init__(  # noqa: PLR0913 - what a worker is made from
        self,
        zygote: Zygote,
        assignment: Assignment,
        sources: Mapping[str, str],
        located: Mapping[str, str],
        unusable: Mapping[str, Fault],
        *,
        spares: int = 0,
    ) -> None:
        self._zygote = zygote
        self._assignment = assignment
        self._sources = dict(sources)
        self._located = dict(located)
        self._unusable = dict(unusable)
        self._functions = {function.name: function for function in assignment.functions}
        self._most_spares = spares
        self._worker: Worker | None = None
        self._spares: deque[Worker] = deque()
        self._begun: tuple[str, Worker | Fault] = "", Fault(Outcome.SKIPPED, "nothing was begun")
        self._load_fault: Fault | None = None
        self._compiled: dict[str, Any] | None = None
        self._strikes: Counter[str] = Counter()
        self._finished_cpu = 0.0
        self.absent: list[str] = []
        self.printed = ""

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all workers of this session so far."""
        return self._finished_cpu + (self._worker.cpu_seconds() if self._worker else 0.0)

    def fresh(self) -> None:
        """End the worker; the next call starts another one that knows nothing of this one."""
        if self._worker is not None:
            self._finished_cpu += self._worker.cpu_seconds()
            self._worker.close()
            self.printed = (self.printed + self._worker.output())[-20_000:]
            self._worker = None

    def start(self) -> None:
        """Have a worker load the hand-in without waiting for it."""
        if (
            not self._unusable
            and self._worker is None
            and not self._spares
            and self._load_fault is None
        ):
            self._spares.append(self._launch())

    def close(self) -> None:
        """End every worker of this session."""
        self.fresh()
        while self._spares:
            spare = self._spares.popleft()
            self._finished_cpu += spare.cpu_seconds()
            spare.close()

    def call(self, name: str, arguments: Sequence[Any], *, watch: bool = True) -> Returned | Fault:
        """Call a function of the hand-in; `watch` reports which array arguments it changes."""
        message: dict[str, Any] = {"op": "call", "arguments": tuple(arguments)}
        if not watch:
            message["watch"] = False
        return _interpret(name, self._request(name, message))

    def begin_prepare(self, name: str, arguments: Sequence[Any], ahead: Sequence[Any]) -> None:
        """Call a function whose every value stays in the worker, without waiting for it.

        The arrays `ahead` stay there as well.
        """
        message = {"op": "prepare", "arguments": tuple(arguments), "ahead": tuple(ahead)}
        self._begun = name, self._begin(name, message)

    def end_prepare(self) -> Returned | Fault:
        """Wait for that call; its value is a handle for each value and each array ahead."""
        name, worker = self._begun
        return _interpret(name, self._finish(worker, name, self._assignment.limits.call_seconds))

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
            return [_interpret(name, each) for each in answer.calls]
        return [_interpret(name, answer)] * len(calls)

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
        answer = self._await(worker, self._assignment.limits.call_seconds)
        if isinstance(answer, Death):
            return None
        if isinstance(answer, faults.BatchAnswer):
            pairs = zip(calls, answer.calls, strict=False)
            return [_interpret(call.name, each) for call, each in pairs]
        return [_interpret(last, answer)]

    def _request(self, name: str, message: dict[str, Any]) -> Answer | Fault:
        worker = self._begin(name, message)
        return self._finish(worker, name, self._assignment.limits.call_seconds)

    def _begin(self, name: str, message: dict[str, Any]) -> Worker | Fault:
        """Send a request about a function to a worker that has loaded the hand-in."""
        if fault := self._not_callable(name):
            return fault
        worker = self._loaded_worker()
        if isinstance(worker, Worker):
            worker.begin({**message, "function": name})
        return worker

    def _finish(self, worker: Worker | Fault, name: str, seconds: float) -> Answer | Fault:
        if isinstance(worker, Fault):
            return worker
        answer = self._await(worker, seconds)
        if not isinstance(answer, Death):
            return answer
        if answer.cause == "time":
            self._strikes[name] += 1
        return faults.fault_of_death(name, answer, seconds, self._assignment.limits)

    def _await(self, worker: Worker, seconds: float) -> Answer | Fault | Death:
        output_bytes = int(self._assignment.limits.output_mb * (1 << 20))
        answer = worker.finish(Allowance(seconds, output_bytes))
        if isinstance(answer, Death):
            self.fresh()
            return answer
        return faults.parse_answer(answer)

    def _not_callable(self, name: str) -> Fault | None:
        path = self._functions[name].file
        if path in self._unusable:
            return self._unusable[path]
        if self._strikes[name] >= _STRIKES:
            what = f"not run: {name} was stopped for taking too long {_STRIKES} times"
            return Fault(Outcome.SKIPPED, what)
        return None

    def _loaded_worker(self) -> Worker | Fault:
        """Return the worker with the hand-in loaded; one that did not load is not tried again."""
        if self._load_fault is not None:
            return self._load_fault
        if self._worker is not None:
            return self._worker
        worker = self._worker = self._spares.popleft() if self._spares else self._launch()
        answer = self._finish(worker, "", self._assignment.limits.load_seconds)
        if isinstance(answer, faults.LoadedAnswer):
            self.absent = [visible(name, 80) for name in answer.absent[:50]]
            if self._compiled is None:
                # As it was before the first call: nothing of a check can have got into it.
                self._compiled = answer.compiled
            while len(self._spares) < self._most_spares:
                self._spares.append(self._launch())
            return worker
        self.fresh()
        fault = _interpret("", answer)
        if not isinstance(fault, Fault):
            fault = Fault(Outcome.CRASHED, "the file broke the process that imports it")
        self._load_fault = fault
        return fault

    def _launch(self) -> Worker:
        """Start a worker and have it load the hand-in, without waiting for that."""
        limits, imports = self._assignment.limits, self._assignment.imports
        bounds = worker_limits(limits.memory_mb << 20, self._zygote.base_bytes, _WORKER_CPU_SECONDS)
        worker = Worker(self._zygote, bounds)
        functions = {
            function.name: [
                self._located[function.file],
                [i for i, part in enumerate(function.returns) if part in function.keep],
            ]
            for function in self._assignment.functions
            if function.file in self._located and function.file not in self._unusable
        }
        worker.begin(
            {
                "op": "load",
                "sources": self._sources,
                "functions": functions,
                "packages": imports.packages,
                "allowed": imports.allowed,
                "compiled": self._compiled or {},
            }
        )
        return worker


def _interpret(name: str, answer: Answer | Fault) -> Returned | Fault:
    match answer:
        case Fault():
            return answer
        case faults.RaisedAnswer():
            return faults.fault_of_exception(name, answer)
        case faults.UndefinedAnswer():
            return Fault(Outcome.MISSING, f"{name} is not defined")
        case faults.ReturnedAnswer(value=None):
            return Fault(
                Outcome.MISSING, f"{name} returns None", hint="Is the return statement missing?"
            )
        case faults.ReturnedAnswer():
            return Returned(answer.value, answer.dicts, tuple(answer.modified))
    return Fault(Outcome.CRASHED, f"{name} wrote to the channel that carries its results")
