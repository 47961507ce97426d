"""Grade a class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.options import grading_options, one_line_errors, out_option

if TYPE_CHECKING:
    from grader.commands.options import Options


@click.command()
@click.argument(
    "submissions", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False)
)
@click.option("--assignment", "-a", required=True, metavar="SLUG|PATH", help="What is graded.")
@out_option("New folder for reports and grades.", required=True)
@grading_options
@one_line_errors
def grade(submissions: tuple[Path, ...], assignment: str, out: Path, options: Options) -> int:
    """Grade hand-ins: folders, .zip, .tar.gz, .py or .ipynb files, or folders of these.

    A folder is one hand-in when a file of the assignment lies at its top; otherwise everything in
    it is a hand-in, named for its student.

    \b
    Examples:
      grader grade hand-ins/ --assignment batchnorm --out results/
      grader grade alice.zip bob/ -a batchnorm -o results/ --jobs 4
      grader grade layers.py -a reference/batchnorm -o results/ --seed 7
    """
    from grader.commands import classes  # noqa: PLC0415 - see cli/__init__.py

    return classes.grade(submissions, assignment, out, options)


@click.command()
@out_option("Folder for reports; one that an earlier demo made is replaced.", default="grader-demo")
@grading_options
@one_line_errors
def demo(out: Path, options: Options) -> int:
    """Grade the example class of the batchnorm assignment and say where the pages are."""
    from grader.commands import classes  # noqa: PLC0415 - see cli/__init__.py

    return classes.demo(out, options)


COMMANDS = (grade, demo)
