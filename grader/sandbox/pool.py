"""The workers of one hand-in: each loads its source, the next ones while one works."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from grader.core.assignment import Assignment, Limits
from grader.core.outcome import Outcome
from grader.core.text import visible
from grader.sandbox import fault as faults
from grader.sandbox.fault import Answer, BatchAnswer, Fault, RaisedAnswer, told
from grader.sandbox.policy import worker_limits
from grader.sandbox.process import WALL_FACTOR, Allowance, Death
from grader.sandbox.process import Worker as WalledWorker
from grader.sandbox.zygote import Zygote

# The deadline of each call is kept by the parent; this is the kernel's own bound behind it, for
# all calls between two fresh workers.
_WORKER_CPU_SECONDS = 600.0
# How long a worker may take to come to rest after an answer, how much of that it may work, and how
# often that is looked at.
_SETTLE_SECONDS = 0.05
_SETTLE_CPU_SECONDS = 0.0005
_LOOK_SECONDS = 0.0002
# Names of modules, or things asked for, that are told.
_MOST_TOLD = 50
_MOST_PRINTED = 20_000
# A larger one is compiled again by each worker.
_MOST_CODE = 4 << 20


class Worker(Protocol):
    """What the pool needs of a worker: see `grader.sandbox.process.Worker`."""

    def begin(self, message: dict[str, Any]) -> None: ...
    def finish(self, allowance: Allowance) -> dict[str, Any] | Death: ...
    def cpu_seconds(self) -> float: ...
    def core(self) -> int | None: ...
    def rests(self) -> bool: ...
    def pin(self, core: int) -> None: ...
    def output(self) -> str: ...
    def close(self) -> None: ...


StartWorker = Callable[[], Worker]
# Path, structs and functions of a library, as `grader.worker.load_c.Library` takes them.
Library = tuple[str, Mapping[str, Any], Mapping[str, Any]]


def walled(zygote: Zygote, limits: Limits) -> StartWorker:
    """Return what starts workers of a zygote, each bound by these limits."""
    memory = limits.memory_mb << 20
    bounds = worker_limits(memory, zygote.base_bytes, zygote.base_data_bytes, _WORKER_CPU_SECONDS)
    return lambda: WalledWorker(zygote, bounds)


class WorkerPool:
    """Workers that have imported files of one hand-in.

    A file is imported by the workers that need it: one that does not load takes nothing from the
    functions of the others.

    Parameters
    ----------
    start_worker
        Starts one, for instance `walled(zygote, limits)`.
    sources
        Source text by path, given files among them.
    located
        Where among the sources each file of the assignment is; only those that can be used.
    libraries
        By path of a source what a worker makes a `grader.worker.load_c.Library` of, in its place.
    spares
        How many more workers load the hand-in while one works.

    Attributes
    ----------
    absent, asked, printed
        Modules that were imported and are not provided; what code asked for that no worker has,
        as far as it tells; the end of what was printed.

    """

    def __init__(  # noqa: PLR0913 - what a worker is made from
        self,
        start_worker: StartWorker,
        assignment: Assignment,
        sources: Mapping[str, str],
        located: Mapping[str, str],
        *,
        libraries: Mapping[str, Library],
        spares: int,
    ) -> None:
        self._start_worker = start_worker
        self._limits: Limits = assignment.limits
        self._load = {
            "op": "load",
            "sources": {
                path: np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
                for path, text in sources.items()
                if not libraries
            },
            "libraries": dict(libraries),
            "located": dict(located),
            "drivers": list(assignment.drivers),
            "packages": assignment.imports.packages,
            "allowed": assignment.imports.allowed,
            "functions": {
                function.name: [
                    located[function.file],
                    [i for i, part in enumerate(function.returns) if part in function.keep],
                    [i for i, part in enumerate(function.returns) if part in function.dicts],
                ]
                for function in assignment.functions
                if function.file in located
            },
        }
        # How many lines a file may have; one that ends too early is said to end in the next.
        self._lines = {path: len(text.splitlines()) + 1 for path, text in sources.items()}
        self._drives = {
            located[driver]: located[driven]
            for driver, driven in assignment.drivers.items()
            if driver in located and driven in located
        }
        self._most_spares = spares
        self._worker: Worker | None = None
        self._spares: deque[tuple[Worker, str]] = deque()
        # The files that the worker of now has imported, and whether it has been called since.
        self._imported: set[str] = set()
        self._called = False
        # What the next workers import ahead: the file that was needed last.
        self._ahead = next(iter(located.values()), "")
        self._compiled: dict[str, Any] = {}
        self._load_faults: dict[str, Fault] = {}
        self._finished_cpu = self._waited = 0.0
        self.absent: list[str] = []
        self.asked: list[str] = []
        self.printed = ""

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all workers so far."""
        return self._finished_cpu + (self._worker.cpu_seconds() if self._worker else 0.0)

    @property
    def used_seconds(self) -> float:
        """What its limits count so far: CPU time, or waiting that used none, if that was more."""
        return max(self.cpu_seconds, self._waited / WALL_FACTOR)

    def fresh(self) -> None:
        """End the worker of now; the next one knows nothing of it."""
        if self._worker is not None:
            self._finished_cpu += self._worker.cpu_seconds()
            self._worker.close()
            self.printed = (self.printed + self._worker.output())[-_MOST_PRINTED:]
            self._worker = None
        self._imported, self._called = set(), False

    def start(self) -> None:
        """Have a worker load the hand-in without waiting for it."""
        known = self._ahead and self._ahead not in self._load_faults
        if known and self._worker is None and not self._spares:
            self._spares.append(self._launch())

    def run_beside(self, other: WorkerPool) -> None:
        """Have the worker of now and another's run on one core: what slows one slows both."""
        if self._worker is None or other._worker is None:
            return
        core = self._worker.core()
        if core is not None:
            self._worker.pin(core)
            other._worker.pin(core)

    def settle(self) -> None:
        """Wait until the worker of now, which has answered, waits for the next request.

        What it does between the two takes microseconds, and longer where it has to wait for a core.
        One that works on is not waited for.
        """
        worker = self._worker
        if worker is None or worker.rests():
            return
        until, used = time.monotonic() + _SETTLE_SECONDS, worker.cpu_seconds()
        while not worker.rests():
            works_on = worker.cpu_seconds() - used > _SETTLE_CPU_SECONDS
            if works_on or time.monotonic() > until:
                return
            time.sleep(_LOOK_SECONDS)  # the system tells nobody when a process falls asleep

    def close(self) -> None:
        """End every worker."""
        self.fresh()
        while self._spares:
            spare, _ = self._spares.popleft()
            self._finished_cpu += spare.cpu_seconds()
            spare.close()

    def worker_for(self, path: str) -> Worker | Fault:
        """Return the worker of now, or a new one, with the file at `path` imported.

        A file that did not load is not tried again.
        """
        driven = self._drives.get(path)
        if driven is not None and isinstance(fault := self.worker_for(driven), Fault):
            return fault
        self._ahead = path
        # A worker may be lost over another file, which it imported ahead; then comes a new one.
        while path not in self._imported:
            if path in self._load_faults:
                return self._load_faults[path]
            worker = self._worker
            if worker is None:
                worker, first = self._spares.popleft() if self._spares else self._launch()
                self._worker = worker
            else:
                first = path
                worker.begin({"op": "import", "path": path})
            self._finish_import(worker, first)
        while len(self._spares) < self._most_spares:
            self._spares.append(self._launch())
        assert self._worker is not None  # noqa: S101 - it has imported the file
        return self._worker

    def mark_called(self) -> None:
        """Note that student code has seen something of a check: the worker is no longer new."""
        self._called = True

    def answer(self, worker: Worker, seconds: float) -> Answer | Fault | Death:
        """Wait for the answer to the request that was begun; a worker that died is let go."""
        output_bytes = int(self._limits.output_mb * (1 << 20))
        begun = time.monotonic()
        answer = worker.finish(Allowance(seconds, output_bytes))
        self._waited += time.monotonic() - begun
        if isinstance(answer, Death):
            self.fresh()
            known = self._has(answer.path, answer.line)
            return answer if known else replace(answer, path="", line=0)
        parsed = faults.parse_answer(answer)
        if not isinstance(parsed, Fault):
            _add(self.asked, parsed.asked)
        for each in parsed.calls if isinstance(parsed, BatchAnswer) else [parsed]:
            if isinstance(each, RaisedAnswer) and not self._has(each.path, each.line):
                each.path, each.line = "", 0
        return parsed

    def _has(self, path: str, line: int) -> bool:
        """Say whether the hand-in has such a line; code that knows hidden inputs names it."""
        return 0 < line <= self._lines.get(path, 0)

    def _is_code(self, path: str, code: object) -> bool:
        """Say whether something may be handed to the next workers as what a file compiles to."""
        if not isinstance(code, np.ndarray) or code.nbytes > _MOST_CODE:
            return False
        return code.dtype == np.uint8 and path in self._lines

    def _launch(self) -> tuple[Worker, str]:
        """Start a worker and have it import the file that is wanted ahead, without waiting."""
        worker = self._start_worker()
        worker.begin({**self._load, "path": self._ahead, "compiled": self._compiled})
        return worker, self._ahead

    def _finish_import(self, worker: Worker, path: str) -> None:
        """Wait until a file is imported, and note it; one that does not load is a fault."""
        seconds = self._limits.load_seconds
        answer = self.answer(worker, seconds)
        if isinstance(answer, faults.LoadedAnswer):
            self._imported.add(path)
            _add(self.absent, [told(name, 80) for name in answer.absent[:_MOST_TOLD]])
            if not self._called:
                # Nothing of a check can have got into it yet. The first word counts: a worker is
                # not to know how many came before it.
                new = {p: code for p, code in answer.compiled.items() if self._is_code(p, code)}
                self._compiled = new | self._compiled
        else:
            self._load_faults[path] = replace(self._load_fault(answer, seconds), loading=True)

    def _load_fault(self, answer: Answer | Fault | Death, seconds: float) -> Fault:
        if isinstance(answer, Death):
            return faults.fault_of_death("", answer, seconds, self._limits)
        self.fresh()
        fault = faults.interpret("", answer)
        if isinstance(fault, Fault):
            return fault
        return Fault(Outcome.CRASHED, "the file broke the process that imports it")


def _add(known: list[str], words: Sequence[str]) -> None:
    """Add what is new, made fit to be read, as far as there is room."""
    for each in words[:_MOST_TOLD]:
        shown = visible(each, 80)
        if shown not in known and len(known) < _MOST_TOLD:
            known.append(shown)
