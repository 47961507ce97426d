"""What the walls cost: the hidden suite behind them, against the same checks run bare.

Bare means in one process, the hand-in called directly: no worker, no frame, no limit. Hand-ins
that never end or end the process cannot run so and take part on neither side. Every figure is a
median over all hand-ins; run it on a machine that does little else.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import platform
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import psutil

from grader import catalog
from grader.batch import ClassGrading, grade_in_this_process
from grader.cli import example_class
from grader.core.report import Report
from grader.grading import Run
from grader.intake.submissions import HandIn
from grader.sandbox import session as sessions
from grader.sandbox import tier as tiers
from grader.sandbox.process import Allowance
from grader.worker import load_python, serve, wire

NEED_WALLS = {"infinite_loop", "crash"}
MOST_WALL_RATIO = 2.0
MOST_CPU_SECONDS = 0.4
# Growth of memory from the first tenth of the run to the last that still counts as flat.
MOST_GROWTH = 1.10


class BareWorker:
    """Takes the place of a worker process: the same server, called directly.

    A hand-in stays loaded for all criteria, as it would where nothing separates them.
    """

    _servers: ClassVar[dict[str, serve.Server]] = {}

    def __init__(self, *_: object) -> None:
        self._server = serve.Server()
        self._message: dict[str, Any] = {}

    @classmethod
    def forget(cls) -> None:
        """Unload every hand-in."""
        cls._servers.clear()
        sys.meta_path[:] = [f for f in sys.meta_path if not isinstance(f, load_python.HandIn)]
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None) or "/"
            if name.startswith("handin:") or not file.startswith("/"):
                del sys.modules[name]

    def begin(self, message: dict[str, Any]) -> None:
        """Take a request."""
        self._message = message

    def finish(self, allowance: Allowance) -> dict[str, Any]:
        """Answer the request."""
        del allowance
        message = self._message
        if message["op"] == "load":
            known = self._servers.get(str(sorted(message["sources"].items())))
            if known is not None:
                self._server = known
                return {"status": "loaded", "absent": [], "compiled": {}}
            self._servers[str(sorted(message["sources"].items()))] = self._server
        if message["op"] == "call":
            arguments = tuple(map(self._resolved, message["arguments"]))
            message = {**message, "arguments": arguments}
        answer = self._server.answer(message)
        if message["op"] == "load":
            # In this process the hand-in must not stand in for modules of the grader.
            sys.meta_path.append(sys.meta_path.pop(0))
        if "dicts" in answer:
            answer["dicts"] = {int(i): dict(left) for i, left in answer["dicts"].items()}
        return answer

    def _resolved(self, value: object) -> object:
        return self._server.resolve(value) if isinstance(value, wire.Handle) else value

    def cpu_seconds(self) -> float:
        """CPU time of this process; both sides of the race run in it."""
        return time.process_time()

    def output(self) -> str:
        """Nothing is caught."""
        return ""

    def close(self) -> None:
        """Nothing ends, but the next hand-in is loaded anew."""


def _one_by_one(hand_ins: Iterable[HandIn]) -> Iterator[HandIn]:
    for hand_in in hand_ins:
        BareWorker.forget()
        yield hand_in


def run_bare(run: Run, hand_ins: Iterable[HandIn]) -> list[Report]:
    """Grade without walls, in this process."""
    worker = sessions.Worker
    sessions.Worker = BareWorker  # type: ignore[assignment,misc]  # the point of this file
    reports: list[Report] = []
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            grade_in_this_process(run, _one_by_one(hand_ins), reports.append)
    finally:
        BareWorker.forget()
        sessions.Worker = worker  # type: ignore[misc]
    return reports


def run_walled(
    run: Run, hand_ins: list[HandIn], jobs: int
) -> tuple[list[Report], list[float], float, float]:
    """Grade behind walls; return reports, memory (MB) after each and at most, and wall seconds."""
    reports, memory = [], []
    peak = 0.0
    started = time.monotonic()
    with ClassGrading(run, hand_ins, jobs=jobs) as grading:
        for report in grading:
            reports.append(report)
            # Runners live as long as the class; workers come and go, and share their pages.
            memory.append(sum(_resident(p) for p in psutil.Process().children()))
            peak = max(peak, sum(_resident(p) for p in psutil.Process().children(recursive=True)))
    return reports, memory, peak, time.monotonic() - started


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / (1 << 20)
    except psutil.Error:
        return 0.0


def _medians(reports: list[Report]) -> tuple[float, float]:
    wall = statistics.median(report.usage.wall_seconds for report in reports)
    cpu = statistics.median(report.usage.cpu_seconds for report in reports)
    return wall, cpu


def main() -> int:
    """Measure, print, and return 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=10, help="copies of the example class")
    copies = parser.parse_args().copies
    entry = catalog.find_assignment(str(Path(__file__).parents[1] / "reference" / "batchnorm"))
    run = Run(entry, 0, tiers.choose())
    members = [h for h in example_class(entry) if h.student not in NEED_WALLS]
    hand_ins = [HandIn(f"{h.student}-{n}", h.path) for n in range(copies) for h in members]
    print(
        f"{len(hand_ins)} hand-ins ({copies} copies of {len(members)}), sandbox {run.tier.name};",
        f"Python {platform.python_version()}, {psutil.cpu_count()} cores, {platform.machine()}",
    )
    bare_reports = run_bare(run, hand_ins)
    bare, _ = _medians(bare_reports)
    print(f"bare   {bare:.3f} s wall a hand-in (median)")
    missed = False
    for jobs in (1, 2):
        reports, memory, peak, total = run_walled(run, hand_ins, jobs)
        wall, cpu = _medians(reports)
        tenth = max(1, len(memory) // 10)
        growth = statistics.median(memory[-tenth:]) / statistics.median(memory[tenth : 2 * tenth])
        print(
            f"{jobs} job{'s' * (jobs > 1):1} {wall:.3f} s wall ({wall / bare:.2f}x bare),",
            f"{cpu:.3f} s CPU; {len(reports) / total:.1f} hand-ins/s; memory {peak:.0f} MB",
            f"at most, of the runners in the last tenth {growth:.2f}x that in the second",
        )
        missed |= cpu > MOST_CPU_SECONDS or growth > MOST_GROWTH
        missed |= jobs == 1 and wall / bare > MOST_WALL_RATIO
        same = {r.submission.student: r.score.earned for r in reports}
        for report in bare_reports:
            if report.score.earned != same[report.submission.student]:
                print(f"  {report.submission.student}: {report.score.earned} bare, "
                      f"{same[report.submission.student]} behind walls")  # fmt: skip
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
