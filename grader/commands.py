"""What the commands do: grade a class, grade the example class, examine the machine."""

from __future__ import annotations

import functools
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

import grader
from grader import catalog, kernels, publish
from grader.audit import run as auditing
from grader.batch import ClassGrading
from grader.core.errors import UsageError
from grader.core.report import Report
from grader.core.score import Status
from grader.grading import Run
from grader.intake.submissions import HandIn, find_hand_ins
from grader.notebook.execution import Mode
from grader.notebook.probe import probe_kernel
from grader.progress import counting, with_progress
from grader.render import text
from grader.render.audit import detail_lines, summary_table
from grader.render.waiting import waiting_line
from grader.sandbox import tier as tiers
from grader.sandbox.kernel_plan import Surroundings

_GRADED, _NOT_GRADED = 0, 1
_FELL_SHORT = 1


@dataclass(frozen=True)
class Options:
    """The options that every grading command has, as click gives them."""

    jobs: int
    seed: int
    tier: str | None
    allow_weak_sandbox: bool
    execute: str

    def run(self, entry: catalog.Entry, hand_ins: Sequence[HandIn]) -> Run:
        """Return the run they ask for; raises UsageError where its sandbox is not to be had."""
        tier = tiers.choose(self.tier, allow_weak=self.allow_weak_sandbox)
        run = Run(entry, self.seed, tier, Mode(self.execute))
        return kernels.prove_kernels(run, hand_ins, allow_weak=self.allow_weak_sandbox)


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


def audit(assignment: str, out: Path, jobs: int, **tried: Any) -> int:
    """Audit an assignment with the parts of an `Extent`; return the exit code."""
    entry, extent = catalog.find_assignment(assignment), auditing.Extent(**tried)
    console = Console(highlight=False)
    with counting(console) as progress:
        found = auditing.audit(entry, extent, jobs=jobs, progress=progress)
    publish.publish_audit(out, found)
    console.print(summary_table(found))
    for line in detail_lines(found):
        console.print(line, markup=False, soft_wrap=True)
    console.print("Falls short." if found.shortcomings else "Holds.")
    console.print(f"Page: {out / 'audit.html'}", soft_wrap=True, markup=False)
    return _FELL_SHORT if found.shortcomings else _GRADED


def doctor() -> int:
    """Attack the sandbox of this machine and say how strong it is."""
    console = Console(highlight=False)
    console.print(f"grader {grader.__version__}, Python {platform.python_version()}, "
                  f"{platform.system()} {platform.release()}")  # fmt: skip
    attempts = tiers.survey()
    for attempt in attempts:
        layers = " + ".join(attempt.walls.layers)
        verdict = "holds" if attempt.holds else attempt.problem
        if attempt.breaches:
            verdict = f"breached: {', '.join(attempt.breaches)}"
        console.print(f"  {attempt.name:7} {layers:42} {verdict}", markup=False)
    best = next((attempt for attempt in attempts if attempt.holds), None)
    if best is None:
        console.print("Sandbox: weak. Nothing here stops a hostile hand-in.")
    else:
        console.print(f"Sandbox: {best.name} ({', '.join(best.layers)})")
    kernel = None if best is None else probe_kernel(functools.partial(Surroundings, best.walls))
    if kernel is not None:
        console.print(f"Notebooks: {kernel.words}", markup=False, soft_wrap=True)
    if best is None or best.name != "strong":
        console.print("For the strong tier: Linux 5.13 or later with Landlock and user namespaces, "
                      "and the packages bubblewrap and libseccomp2.")  # fmt: skip
    return _NOT_GRADED if kernel is None or kernel.breaches else _GRADED


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
