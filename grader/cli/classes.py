"""Grade a class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.options import grading_options, one_line_errors, out_option
from grader.core.errors import UsageError

if TYPE_CHECKING:
    from grader.commands.options import Options

PLATFORMS = ("auto", "plain", "canvas", "moodle", "gradescope", "github", "nbgrader")


@click.command()
@click.argument(
    "submissions", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False)
)
@click.option("--assignment", "-a", required=True, metavar="SLUG|PATH", help="What is graded.")
@out_option("New folder for reports and grades; a dry run needs none.")
@click.option(
    "--platform",
    type=click.Choice(PLATFORMS),
    default="auto",
    show_default=True,
    help="Whose download the hand-ins are laid out as.",
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE.csv",
    help="Students of the course: names, ids, addresses, logins.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Only show whose the hand-ins are; nothing is graded or written.",
)
@grading_options
@one_line_errors
def grade(
    submissions: tuple[Path, ...],
    assignment: str,
    out: Path | None,
    options: Options,
    *,
    dry_run: bool,
    **arriving: Any,
) -> int:
    """Grade hand-ins: folders, .zip, .tar.gz, .py or .ipynb files, or folders of these.

    A folder is one hand-in when a file of the assignment lies at its top; otherwise everything in
    it is a hand-in, named for its student. Downloads of Canvas, Moodle, Gradescope, GitHub
    Classroom and nbgrader are taken as they are, zipped or not.

    \b
    Examples:
      grader grade hand-ins/ --assignment batchnorm --out results/
      grader grade alice.zip bob/ -a batchnorm -o results/ --jobs 4
      grader grade submissions.zip -a batchnorm --roster students.csv --dry-run
    """
    from grader.commands import classes

    arrival = classes.Arrival(submissions, **arriving)
    if dry_run:
        return classes.show_matching(arrival, assignment)
    if out is None:
        raise UsageError("name a new folder for the results with --out")
    return classes.grade(arrival, assignment, out, options)


@click.command()
@out_option("Folder for reports; one that an earlier demo made is replaced.", default="grader-demo")
@grading_options
@one_line_errors
def demo(out: Path, options: Options) -> int:
    """Grade the example class of the batchnorm assignment and say where the pages are."""
    from grader.commands import classes

    return classes.demo(out, options)


COMMANDS = (grade, demo)
