"""Grade many hand-ins with several runners, each a process with one warm suite and zygote."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Self

from grader.core.errors import ConfigurationError, GraderError, SandboxError
from grader.core.report import Report
from grader.intake.submissions import HandIn
from grader.reporting import broken_report
from grader.run import Run
from grader.sandbox.policy import STEADY

# No hand-in can take this long within its limits; a runner that does is stuck, and that is ours.
_STUCK_SECONDS = 1800.0
_READY = "ready"

Publish = Callable[[Report], None]


def _nothing(*_: object) -> None:
    pass


@dataclass(frozen=True)
class Doing:
    """What a runner tells between two reports."""

    words: str


def _runner(connection: Connection, run: Run, publish: Publish) -> None:
    """Grade what arrives on the connection until None does."""
    # Suite and checks are for runners alone; their parent starts sooner without.
    from grader.serial import grade_in_this_process  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its runners

    def arriving() -> Iterator[HandIn]:
        # Suite and reference stay to the end: collecting garbage need not look at them each time.
        gc.freeze()
        connection.send(_READY)
        while (hand_in := connection.recv()) is not None:
            yield hand_in

    def deliver(report: Report) -> None:
        publish(report)
        connection.send(report)

    try:
        grade_in_this_process(run, arriving(), deliver, lambda words: connection.send(Doing(words)))
    except GraderError as error:
        connection.send(error)
    except (EOFError, BrokenPipeError):
        pass  # the parent is gone
    except Exception as error:  # noqa: BLE001 - the parent says it in one line
        connection.send(GraderError(f"{type(error).__name__}: {error}"))


class _Runner:
    """A runner process as the parent sees it."""

    def __init__(self, run: Run, publish: Publish) -> None:
        # Spawned, not forked: a runner shares nothing with the process that prints progress. Arrays
        # of half a megabyte come and go there: given back each time, they cost 4,000 page faults
        # for a hand-in.
        os.environ |= STEADY
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=_runner, args=(theirs, run, publish), daemon=True
        )
        self.process.start()
        theirs.close()
        self.hand_in: HandIn | None = None
        self.deadline = time.monotonic() + _STUCK_SECONDS

    def give(self, hand_in: HandIn | None) -> None:
        self.hand_in = hand_in
        self.deadline = time.monotonic() + _STUCK_SECONDS
        self.connection.send(hand_in)

    def receive(self) -> Any:
        """Return the next message, or None when the process is gone."""
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            return None

    def close(self) -> None:
        self.process.terminate()
        self.process.join()
        self.connection.close()


class ClassGrading:
    """Grades a class; iterate over it for the reports in the order in which they are done.

    Starting it (`with`) waits until a runner is ready, so that every complaint about assignment
    and machine comes before anything is written.
    """

    def __init__(
        self,
        run: Run,
        hand_ins: Sequence[HandIn],
        *,
        jobs: int = 1,
        publish: Publish = _nothing,
    ) -> None:
        self._run = run
        self._publish = publish
        self._waiting = deque(hand_ins)
        self._count = min(jobs, len(hand_ins))
        self._runners: list[_Runner] = []
        # Called with a student and what is being done with the hand-in.
        self.doing: Callable[[str, str], None] = _nothing

    def __enter__(self) -> Self:
        try:
            for _ in range(self._count):
                self._runners.append(_Runner(self._run, self._publish))
            for runner in list(self._runners):
                self._start(runner)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for runner in self._runners:
            runner.close()
        self._runners.clear()

    def _start(self, runner: _Runner) -> None:
        message = runner.receive()
        if isinstance(message, GraderError):
            raise message
        if message != _READY:
            raise SandboxError(f"a runner ended while starting, exit {runner.process.exitcode}")
        self._feed(runner)

    def _feed(self, runner: _Runner) -> None:
        if self._waiting:
            runner.give(self._waiting.popleft())
        else:
            runner.hand_in = None

    def __iter__(self) -> Iterator[Report]:
        while busy := [runner for runner in self._runners if runner.hand_in is not None]:
            patience = max(0.0, min(runner.deadline for runner in busy) - time.monotonic())
            ready = set(wait([runner.connection for runner in busy], patience))
            for runner in busy:
                if runner.connection in ready:
                    report = self._collect(runner)
                    if report is not None:
                        yield report
                elif time.monotonic() >= runner.deadline:
                    yield self._replace(runner, "the runner was stuck")

    def _collect(self, runner: _Runner) -> Report | None:
        message = runner.receive()
        if isinstance(message, Doing) and runner.hand_in is not None:
            self.doing(runner.hand_in.student, message.words)
            return None
        if isinstance(message, Report):
            self._feed(runner)
            return message
        if isinstance(message, ConfigurationError):
            raise message
        return self._replace(runner, f"the runner ended: {message or 'without a word'}")

    def _replace(self, runner: _Runner, why: str) -> Report:
        hand_in = runner.hand_in
        assert hand_in is not None  # noqa: S101 - only busy runners get here
        runner.close()
        self._runners.remove(runner)
        report = broken_report(self._run, hand_in, why)
        self._publish(report)
        if self._waiting:
            replacement = _Runner(self._run, self._publish)
            self._runners.append(replacement)
            self._start(replacement)
        return report
