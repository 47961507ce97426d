"""How far a class is, where there is no terminal: a line a report, and not much more."""

from __future__ import annotations

import io

from rich.console import Console

from grader import catalog
from grader.batch import ClassGrading
from grader.notebook.execution import Mode
from grader.progress import QUIET_SECONDS, Pace, _with_lines
from grader.run import Run
from tests.grader.test_notebooks import graded, pair

__all__ = ["graded"]


def test_a_line_is_due_when_nothing_was_told_for_a_while():
    ticks = iter([100.0, 100.0, 100.1, 109.9, 110.0, 125.0, 125.0, 125.0])
    pace = Pace(lambda: next(ticks), seconds=10)
    assert pace.due, "the first is told at once"
    pace.tell()
    assert [pace.due for _ in range(4)] == [False, False, True, True]
    pace.tell()
    assert not pace.due


def lines(tmp_path, tier, clock):
    """Grade two hand-ins one after the other; return what is printed without a terminal."""
    entry = catalog.find_assignment(str(tmp_path / "reference/toy"))
    members = pair(tmp_path)
    target = io.StringIO()
    console = Console(file=target, width=80, color_system=None)
    with ClassGrading(Run(entry, 0, tier, Mode.ALWAYS), members) as grading:
        assert len(list(_with_lines(grading, 2, console, clock))) == 2
    return target.getvalue().splitlines()


def test_long_work_is_told_and_short_work_is_not(tmp_path, tier, graded):
    # `graded` has made the assignment.
    del graded
    # Every message comes at the same moment: the first is told, then each report.
    assert lines(tmp_path, tier, lambda: 0.0) == [
        "ann: running cell 1 of 2",
        "[1/2] ann: 6 / 10 (awaiting)",
        "[2/2] bob: 6 / 10 (awaiting)",
    ]
    # Each look at the clock is later than the last by all that may be silent.
    ticks = iter(range(10**6))
    assert lines(tmp_path, tier, lambda: QUIET_SECONDS * next(ticks)) == [
        "ann: running cell 1 of 2",
        "ann: running cell 2 of 2",
        "[1/2] ann: 6 / 10 (awaiting)",
        "bob: running cell 1 of 2",
        "bob: running cell 2 of 2",
        "[2/2] bob: 6 / 10 (awaiting)",
    ]
