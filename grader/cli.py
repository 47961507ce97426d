"""The command line: parse, call, print."""

from __future__ import annotations

import functools
import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

import grader
from grader import catalog, publish
from grader.batch import ClassGrading
from grader.core.errors import ConfigurationError, GraderError, UsageError
from grader.core.report import Report
from grader.core.score import Status
from grader.grading import Run
from grader.intake.submissions import HandIn, find_hand_ins
from grader.notebook.execution import Mode
from grader.render import text
from grader.sandbox import tier as tiers

_GRADED, _NOT_GRADED, _USAGE = 0, 1, 2


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _one_line_errors(command: Callable[..., int]) -> Callable[..., None]:
    """Turn our errors into one line and an exit code."""

    @functools.wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> None:
        try:
            code = command(*arguments, **options)
        except (UsageError, ConfigurationError) as error:
            click.echo(f"grader: {error}", err=True)
            code = _USAGE
        except GraderError as error:
            click.echo(f"grader: {error}", err=True)
            code = _NOT_GRADED
        except OSError as error:
            click.echo(f"grader: {error.filename or 'output'}: {error.strerror}", err=True)
            code = _NOT_GRADED
        sys.exit(code)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(grader.__version__, prog_name="grader")
def main() -> None:
    r"""Grade numerical assignments fairly, on code that nobody trusts.

    \b
    Examples:
      grader demo                                       grade the example class
      grader grade hand-ins/ -a batchnorm -o results/   grade a folder of hand-ins
      grader doctor                                     how safe is this machine?

    \b
    Exit codes:
      0  everything was graded, whatever the scores
      1  something could not be graded
      2  the command or the assignment is wrong
    """


@dataclass(frozen=True)
class _Options:
    """The options that every grading command has, as click gives them."""

    jobs: int
    seed: int
    tier: str | None
    allow_weak_sandbox: bool
    execute: str

    def run(self, entry: catalog.Entry) -> Run:
        """Return the run they ask for; raises UsageError where its sandbox is not to be had."""
        tier = tiers.choose(self.tier, allow_weak=self.allow_weak_sandbox)
        return Run(entry, self.seed, tier, Mode(self.execute))


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add these options; the command gets them as one `options`."""

    @functools.wraps(command)
    def with_options(*arguments: Any, **given: Any) -> Any:
        options = _Options(**{field.name: given.pop(field.name) for field in fields(_Options)})
        return command(*arguments, options=options, **given)

    for option in (
        click.option("--jobs", "-j", type=click.IntRange(1, 64), default=_processors,
                     show_default="one for each processor", help="Hand-ins graded at a time."),
        click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True,
                     help="Seed of the run; another one draws other hidden inputs."),
        click.option("--tier", type=click.Choice(tiers.NAMES), default=None,
                     help="Use this sandbox tier  [default: the strongest that holds]"),
        click.option("--allow-weak-sandbox", is_flag=True,
                     help="Grade even where nothing stops a hostile hand-in."),
        click.option("--execute", type=click.Choice([mode.value for mode in Mode]),
                     default=Mode.ALWAYS.value, show_default=True,
                     help="Notebooks to run; missing: those with a cell never run."),
    ):  # fmt: skip
        with_options = option(with_options)
    return with_options


@main.command()
@click.argument(
    "submissions", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False)
)
@click.option("--assignment", "-a", required=True, metavar="SLUG|PATH", help="What is graded.")
@click.option(
    "--out",
    "-o",
    required=True,
    type=click.Path(path_type=Path, readable=False),
    help="New folder for reports and grades.",
)
@_options
@_one_line_errors
def grade(submissions: tuple[Path, ...], assignment: str, out: Path, options: _Options) -> int:
    r"""Grade hand-ins: folders, .zip, .tar.gz, .py or .ipynb files, or folders of these.

    A folder is one hand-in when a file of the assignment lies at its top; otherwise everything in
    it is a hand-in, named for its student.

    \b
    Examples:
      grader grade hand-ins/ --assignment batchnorm --out results/
      grader grade alice.zip bob/ -a batchnorm -o results/ --jobs 4
      grader grade layers.py -a reference/batchnorm -o results/ --seed 7
    """
    entry = catalog.find_assignment(assignment)
    hand_ins = find_hand_ins(submissions, entry.assignment)
    publish.check_output_folder(out)
    return _grade_class(options.run(entry), hand_ins, out, options.jobs)


@main.command()
@click.option(
    "--out",
    "-o",
    default="grader-demo",
    show_default=True,
    type=click.Path(path_type=Path, readable=False),
    help="Folder for reports; one that an earlier demo made is replaced.",
)
@_options
@_one_line_errors
def demo(out: Path, options: _Options) -> int:
    """Grade the example class of the batchnorm assignment and say where the pages are."""
    entry = catalog.find_assignment("batchnorm")
    hand_ins = example_class(entry)
    publish.remove_earlier_output(out)
    publish.check_output_folder(out)
    return _grade_class(options.run(entry), hand_ins, out, options.jobs)


@main.command()
@_one_line_errors
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
    if best is None or best.name != "strong":
        console.print("For the strong tier: Linux 5.13 or later with Landlock and user namespaces, "
                      "and the packages bubblewrap and libseccomp2.")  # fmt: skip
    return _GRADED if best is not None else _NOT_GRADED


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
            reports.extend(_with_progress(grading, len(hand_ins), console))
        except KeyboardInterrupt:
            interrupted = True
    publish.publish_class(out, reports, run.entry.assignment.criteria)
    console.print(text.class_table(reports))
    console.print(text.summary_line(reports), markup=False)
    console.print(f"Sandbox: {run.tier.name}. Seed: {run.seed}.")
    console.print(f"Class page: {out / 'index.html'}", soft_wrap=True, markup=False)
    console.print(f"Grades:     {out / 'grades.csv'}", soft_wrap=True, markup=False)
    if interrupted:
        console.print(f"Stopped: {len(reports)} of {len(hand_ins)} hand-ins were graded.")
    withheld = any(report.score.status is Status.BROKEN for report in reports)
    return _NOT_GRADED if withheld or interrupted else _GRADED


def _with_progress(reports: ClassGrading, total: int, console: Console) -> Iterator[Report]:
    """Pass reports on and show how far we are: a bar on a terminal, lines elsewhere."""
    if not console.is_terminal:
        for number, report in enumerate(reports, 1):
            console.print(
                f"[{number}/{total}] {text.one_line(report)}", markup=False, soft_wrap=True
            )
            yield report
        return
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
            progress.advance(task)
            speed = progress.tasks[0].speed
            progress.update(task, rate=f"{speed:.1f}/s" if speed else "", doing="")
            yield report
