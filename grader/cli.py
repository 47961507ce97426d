"""The command line: what can be asked for, and the exit code of what went wrong."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import grader
from grader.core.errors import ConfigurationError, GraderError, UsageError
from grader.notebook.execution import Mode
from grader.sandbox.policy import TIERS

if TYPE_CHECKING:
    from grader.commands import Options

# What commands do is imported when one is called (grader/commands.py): Jupyter, NumPy and pytest
# take a second, for which --help and --version shall not wait.

_NOT_GRADED, _USAGE = 1, 2


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
      grader audit batchnorm                            are its own checks right?
      grader doctor                                     how safe is this machine?

    \b
    Exit codes:
      0  everything was graded, whatever the scores
      1  something could not be graded, or an audit found a shortcoming
      2  the command or the assignment is wrong
    """


def _out(words: str, **more: Any) -> Callable[..., Any]:
    path = click.Path(path_type=Path, readable=False)
    return click.option("--out", "-o", type=path, show_default=True, help=words, **more)


def _jobs(words: str) -> Callable[..., Any]:
    many = click.IntRange(1, 64)
    each = "one for each processor"
    return click.option(
        "--jobs", "-j", type=many, default=_processors, show_default=each, help=words
    )


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every grading command has; it gets them as one `options`."""

    @functools.wraps(command)
    def with_options(*arguments: Any, **given: Any) -> Any:
        from grader.commands import Options  # noqa: PLC0415 - see the top of this file

        options = Options(**{field.name: given.pop(field.name) for field in fields(Options)})
        return command(*arguments, options=options, **given)

    for option in (
        _jobs("Hand-ins graded at a time."),
        click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True,
                     help="Seed of the run; another one draws other hidden inputs."),
        click.option("--tier", type=click.Choice(TIERS), default=None,
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
@_out("New folder for reports and grades.", required=True)
@_options
@_one_line_errors
def grade(submissions: tuple[Path, ...], assignment: str, out: Path, options: Options) -> int:
    r"""Grade hand-ins: folders, .zip, .tar.gz, .py or .ipynb files, or folders of these.

    A folder is one hand-in when a file of the assignment lies at its top; otherwise everything in
    it is a hand-in, named for its student.

    \b
    Examples:
      grader grade hand-ins/ --assignment batchnorm --out results/
      grader grade alice.zip bob/ -a batchnorm -o results/ --jobs 4
      grader grade layers.py -a reference/batchnorm -o results/ --seed 7
    """
    from grader import commands  # noqa: PLC0415 - see the top of this file

    return commands.grade(submissions, assignment, out, options)


@main.command()
@_out("Folder for reports; one that an earlier demo made is replaced.", default="grader-demo")
@_options
@_one_line_errors
def demo(out: Path, options: Options) -> int:
    """Grade the example class of the batchnorm assignment and say where the pages are."""
    from grader import commands  # noqa: PLC0415 - see the top of this file

    return commands.demo(out, options)


@main.command()
@click.argument("assignment", metavar="SLUG|PATH")
@click.option(
    "--seeds",
    "-n",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    help="Seeds that a correct hand-in is graded with, each.",
)
@click.option(
    "--quick", "mutants", flag_value=False, default=True, help="Leave out generic changes."
)
@click.option(
    "--styles",
    is_flag=True,
    help="Also judge known mistakes in the code of variants, which takes long.",
)
@_jobs("Processes that share the work.")
@_out("Folder for audit.json and audit.html.", default="grader-audit")
@_one_line_errors
def audit(assignment: str, out: Path, jobs: int, **tried: Any) -> int:
    r"""Grade the grader: are the hidden checks of an assignment right?

    The solution and every correct variant must earn everything, the template nothing, and every
    known mistake must cost what it should and nothing else. Exit code 1 where something falls
    short. Runs code of the assignment alone, without a sandbox.

    \b
    Examples:
      grader audit batchnorm
      grader audit reference/batchnorm --seeds 2000 --jobs 2
    """
    from grader import commands  # noqa: PLC0415 - see the top of this file

    return commands.audit(assignment, out, jobs, **tried)


@main.command()
@_one_line_errors
def doctor() -> int:
    """Attack the sandbox of this machine and say how strong it is."""
    from grader import commands  # noqa: PLC0415 - see the top of this file

    return commands.doctor()
