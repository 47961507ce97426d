"""Grade a class, or the example class."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from grader import catalog, publish
from grader.batch import ClassGrading
from grader.commands.options import Options
from grader.core.errors import UsageError
from grader.core.report import Report
from grader.core.score import Status
from grader.grading import Run
from grader.intake.submissions import HandIn, find_hand_ins
from grader.progress import with_progress
from grader.render import text
from grader.render.waiting import waiting_line

_GRADED, _NOT_GRADED = 0, 1


def grade(submissions: Sequence[Path], assignment: str, out: Path, options: Options) -> int:
    """Grade hand-ins into a new folder; return the exit code."""
    entry = catalog.find_assignment(assignment)
    hand_ins = find_hand_ins(submissions, entry.assignment)
    publish.check_output_folder(out)
    return _grade_class(options.run(entry, hand_ins), hand_ins, out, options.jobs)


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


def _grade_class(run: Run, hand_ins: Sequence[HandIn], out: Path, jobs: int) -> int:
    console = Console(highlight=False)
    reports: list[Report] = []
    deliver = functools.partial(publish.publish_report, out)
    interrupted = False
    with ClassGrading(run, hand_ins, jobs=jobs, publish=deliver) as grading:
        try:
            # Interrupted, it keeps those that are done: a list grows one by one.
            reports.extend(with_progress(grading, len(hand_ins), console))
        except KeyboardInterrupt:
            interrupted = True
    publish.publish_class(out, reports, run.entry.assignment.criteria)
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
