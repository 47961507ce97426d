"""Show how far the grading of a class is: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from grader.batch import ClassGrading
from grader.core.report import Report
from grader.render import text

QUIET_SECONDS = 10.0


class Pace:
    """Says when a line about work in hand is due: when nothing was told for a while.

    So a log is never silent while cells end, and a class of a thousand, where a report is told
    every few seconds, has hardly a line more than one for each.
    """

    def __init__(self, clock: Callable[[], float], seconds: float = QUIET_SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._told = float("-inf")

    def tell(self) -> None:
        """Take note that something is told now."""
        self._told = self._clock()

    @property
    def due(self) -> bool:
        """Whether nothing was told for so long."""
        return self._clock() - self._told >= self._seconds


def with_progress(reports: ClassGrading, total: int, console: Console) -> Iterator[Report]:
    """Pass reports on and show how far we are."""
    return (_with_bar if console.is_terminal else _with_lines)(reports, total, console)


def _with_lines(
    reports: ClassGrading,
    total: int,
    console: Console,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Report]:
    pace = Pace(clock)

    def tell(line: str) -> None:
        console.print(line, markup=False, soft_wrap=True)
        pace.tell()

    def doing(student: str, words: str) -> None:
        if pace.due:
            tell(f"{student}: {words}")

    reports.doing = doing
    for number, report in enumerate(reports, 1):
        yield report  # before it is told: what is told as done is kept, whenever it is stopped
        tell(f"[{number}/{total}] {text.one_line(report)}")


def _with_bar(reports: ClassGrading, total: int, console: Console) -> Iterator[Report]:
    columns = (
        TextColumn("Grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(show_speed=True),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[doing]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total, rate="", doing="")
        reports.doing = lambda student, words: progress.update(task, doing=f"{student}: {words}")
        for report in reports:
            yield report
            progress.advance(task)
            speed = progress.tasks[0].speed
            progress.update(task, rate=f"{speed:.1f}/s" if speed else "", doing="")


@contextlib.contextmanager
def counting(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """Yield what is told of each kind of work how much is done, of how much: a bar a kind."""
    if not console.is_terminal:
        yield lambda kind, done, total: console.print(f"{kind}: {done} of {total}", markup=False)
        return
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, transient=True,
    ) as bars:  # fmt: skip
        tasks: dict[str, TaskID] = {}

        def tell(kind: str, done: int, total: int) -> None:
            if kind not in tasks:
                tasks[kind] = bars.add_task(kind, total=total)
            bars.update(tasks[kind], completed=done)

        yield tell
