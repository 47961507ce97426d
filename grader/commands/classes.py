"""Grade a class, or the example class."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from grader import catalog, publish
from grader.batch import ClassGrading
from grader.commands.options import Options
from grader.commands.stopping import sigterm_as_ctrl_c
from grader.core.assignment import Assignment
from grader.core.errors import UsageError
from grader.core.report import Report
from grader.core.score import Status
from grader.intake.collect import Intake, collect
from grader.intake.roster import read_roster
from grader.intake.submissions import HandIn
from grader.progress import with_progress
from grader.render import text
from grader.render.matching import counts_line, matching_lines, matching_table
from grader.render.waiting import waiting_line
from grader.run import Run

_GRADED, _NOT_GRADED = 0, 1
_WIDEST = 1000


@dataclass(frozen=True)
class Arrival:
    """How hand-ins come: what they are, laid out by which platform, and a roster's path, if any."""

    submissions: Sequence[Path]
    platform: str = "auto"
    roster: Path | None = None

    def take_in(self, assignment: Assignment, unpacked: Path) -> Intake:
        """Return whose the hand-ins are; `unpacked` is a folder for what is in zips of a class."""
        roster = read_roster(self.roster) if self.roster else None
        return collect(
            self.submissions, assignment, unpacked=unpacked, platform=self.platform, roster=roster
        )


def grade(arrival: Arrival, assignment: str, out: Path, options: Options) -> int:
    """Grade hand-ins into a new folder; return the exit code."""
    entry = catalog.find_assignment(assignment)
    with tempfile.TemporaryDirectory(prefix="grader-") as unpacked:
        intake = arrival.take_in(entry.assignment, Path(unpacked))
        publish.check_output_folder(out)
        console = Console(highlight=False)
        for line in matching_lines(intake.matching):
            console.print(line, markup=False, soft_wrap=True)
        hand_ins = intake.hand_ins()
        return _grade_class(options.run(entry, hand_ins), hand_ins, out, options.jobs)


def show_matching(arrival: Arrival, assignment: str) -> int:
    """Print whose the hand-ins are, and grade nothing; exit code 1 where one needs a look."""
    entry = catalog.find_assignment(assignment)
    with tempfile.TemporaryDirectory(prefix="grader-") as unpacked:
        matching = arrival.take_in(entry.assignment, Path(unpacked)).matching
    console = Console(highlight=False)
    table = matching_table(matching)
    if not console.is_terminal:  # who searches a file for a name should find it in one piece
        wide = console.options.update(width=_WIDEST)
        console.width = max(console.width, console.measure(table, options=wide).maximum)
    console.print(table)
    console.print(counts_line(matching), markup=False, soft_wrap=True)
    console.print("Nothing was graded: this was a dry run.")
    return _GRADED if matching.complete else _NOT_GRADED


def demo(out: Path, options: Options) -> int:
    """Grade the example class into a folder that an earlier demo may have made."""
    entry = catalog.find_assignment("batchnorm")
    hand_ins = example_class(entry)
    publish.remove_earlier_output(out)
    publish.check_output_folder(out)
    return _grade_class(options.run(entry, hand_ins), hand_ins, out, options.jobs)


def example_class(entry: catalog.Entry) -> list[HandIn]:
    """Return the hand-ins that the project's own tests grade."""
    root = entry.folders.suite.parent.parent / "submissions" / entry.assignment.slug
    folders = sorted(path.parent for path in root.glob("*/expect.toml"))
    if not folders:
        raise UsageError("the example class is not here; run this in a checkout of the project")
    return [HandIn(folder.name, folder / "hand-in") for folder in folders]


@sigterm_as_ctrl_c()
def _grade_class(run: Run, hand_ins: Sequence[HandIn], out: Path, jobs: int) -> int:
    console = Console(highlight=False)
    reports: list[Report] = []
    deliver = functools.partial(publish.publish_report, out)
    interrupted = False
    with ClassGrading(run, hand_ins, jobs=jobs, publish=deliver) as grading:
        publish.begin_class(out, len(hand_ins))
        try:
            # Interrupted, it keeps those that are done: a list grows one by one.
            reports.extend(with_progress(grading, len(hand_ins), console))
        except KeyboardInterrupt:
            interrupted = len(reports) < len(hand_ins)
    publish.publish_class(out, reports, run.entry.assignment.criteria)
    if not interrupted:
        publish.end_class(out)
    console.print(text.class_table(reports))
    console.print(text.summary_line(reports), markup=False)
    waits = waiting_line(reports, str(out / "staff"))
    if waits:
        console.print(waits, soft_wrap=True, markup=False)
    console.print(f"Sandbox: {run.tier.name}. Seed: {run.seed}.")
    if run.no_kernel:
        console.print(f"Notebooks were not run: {run.no_kernel}. Their hand-ins are withheld; "
                      "--execute never grades without running them.",
                      soft_wrap=True, markup=False)  # fmt: skip
    console.print(f"Class page: {out / 'index.html'}", soft_wrap=True, markup=False)
    console.print(f"Grades:     {out / 'grades.csv'}", soft_wrap=True, markup=False)
    if interrupted:
        console.print(f"Stopped: {len(reports)} of {len(hand_ins)} hand-ins were graded.")
    withheld = any(report.score.status is Status.BROKEN for report in reports)
    return _NOT_GRADED if withheld or interrupted else _GRADED
