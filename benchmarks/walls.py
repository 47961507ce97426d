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
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from grader import catalog
from grader.batch import ClassGrading
from grader.checks.run import RunChecks, with_suite
from grader.commands.classes import example_class
from grader.core.report import Report
from grader.crew import Crew
from grader.grading import grade, warm_up
from grader.intake.submissions import HandIn
from grader.run import Run
from grader.sandbox import tier as tiers
from grader.sandbox.unwalled import Unwalled, directly

NEED_WALLS = {"infinite_loop", "crash"}
MOST_WALL_RATIO = 2.0
MOST_CPU_SECONDS = 0.4
# Copies in a turn of each side: what a class costs once, such as loading known mistakes, is shared
# by as many as in a course, and a busy spell of the machine still meets all sides alike.
TURN = 5
# Growth of memory from the first tenth of the run to the last that still counts as flat.
MOST_GROWTH = 1.10


def run_bare(run: Run, hand_ins: Iterable[HandIn]) -> list[Report]:
    """Grade without walls, in this process; a hand-in stays loaded for all criteria."""
    reports: list[Report] = []
    home = Unwalled(directly)

    def grade_all(run_checks: RunChecks) -> None:
        warm = warm_up(run, Crew(home.start), run_checks, lambda _: None)
        for hand_in in hand_ins:
            reports.append(grade(run, warm, hand_in))
            home.forget()

    with contextlib.redirect_stdout(io.StringIO()):
        with_suite(run.entry.assignment, run.entry.folders.suite, grade_all)
    return reports


@dataclass
class Walled:
    """What runs behind walls gave: reports, memory (MB) after each if asked, wall seconds."""

    reports: list[Report] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def grade(self, run: Run, hand_ins: list[HandIn], jobs: int, *, weigh: bool = False) -> None:
        """Grade a class, and add what it gives."""
        with ClassGrading(run, hand_ins, jobs=jobs) as grading:
            started = time.monotonic()
            for report in grading:
                self.reports.append(report)
                if weigh:  # which takes time
                    self.memory.append(_proportional_memory())
            self.seconds += time.monotonic() - started

    def growth(self) -> float:
        """Return the memory of the last tenth of the run over that of the second."""
        tenth = max(1, len(self.memory) // 10)
        late, early = self.memory[-tenth:], self.memory[tenth : 2 * tenth]
        return statistics.median(late) / statistics.median(early)


def _proportional_memory() -> float:
    """Return the memory of all processes below this one; a page shared by n counts 1/n in each."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total / (1 << 20)


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
    print(
        f"{copies} copies of {len(members)} hand-ins, sandbox {run.tier.name};",
        f"Python {platform.python_version()}, {psutil.cpu_count()} cores, {platform.machine()}",
    )
    bare: list[Report] = []
    walled = {1: Walled(), 2: Walled()}
    for done in range(0, copies, TURN):
        hand_ins = _copied(members, min(TURN, copies - done))
        bare += run_bare(run, hand_ins)
        for jobs, side in walled.items():
            side.grade(run, hand_ins, jobs)
    bare_wall, _ = _medians(bare)
    print(f"bare   {bare_wall:.3f} s wall a hand-in (median)")
    missed = False
    for jobs, side in walled.items():
        wall, cpu = _medians(side.reports)
        print(
            f"{jobs} job{'s' * (jobs > 1):1} {wall:.3f} s wall ({wall / bare_wall:.2f}x bare),",
            f"{cpu:.3f} s CPU; {len(side.reports) / side.seconds:.1f} hand-ins/s",
        )
        missed |= cpu > MOST_CPU_SECONDS or (jobs == 1 and wall / bare_wall > MOST_WALL_RATIO)
        _print_other_scores(bare, side.reports)
    return int(missed | _grew(run, _copied(members, copies)))


def _copied(members: list[HandIn], copies: int) -> list[HandIn]:
    """Return a class of so many copies, each member of another name."""
    return [HandIn(f"{h.student}-{n}", h.path) for n in range(copies) for h in members]


def _grew(run: Run, named: list[HandIn]) -> bool:
    """Grade one long class with two jobs, print what becomes of memory, and judge it."""
    long = Walled()
    long.grade(run, named, 2, weigh=True)
    print(
        f"memory {max(long.memory):.0f} MB at most for 2 jobs,",
        f"in the last tenth of {len(named)} hand-ins {long.growth():.2f}x that in the second",
    )
    return long.growth() > MOST_GROWTH


def _print_other_scores(bare: list[Report], walled: list[Report]) -> None:
    """Print whose score the walls change, of the first copy."""
    behind = {r.submission.student: r.score.earned for r in walled}
    for student, score in {r.submission.student: r.score.earned for r in bare}.items():
        if student.endswith("-0") and score != behind[student]:
            print(f"  {student[:-2]}: {score} bare, {behind[student]} behind walls")


if __name__ == "__main__":
    sys.exit(main())
