"""Grade one hand-in in a CI, and make the package of a course platform."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.ci.place import FORMATS
from grader.cli.options import one_line_errors, out_option, single_grading_options
from grader.notebook.execution import Mode

if TYPE_CHECKING:
    from grader.commands.options import Options

_visibility = click.option(
    "--visibility",
    multiple=True,
    metavar="[CRITERION=]WHEN",
    help="When Gradescope shows a criterion: visible, after_due_date, after_published or hidden; "
    "without a criterion for all others.",
)


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--assignment", "-a", required=True, metavar="SLUG|PATH", help="What is graded.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    help="As what the report is written; may be given several times  [default: found out]",
)
@out_option("Folder for the files of the report.")
@click.option(
    "--student",
    metavar="NAME",
    help="Whose it is, if not of whoever started this  [default: found out]",
)
@_visibility
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    default=0.0,
    metavar="PERCENT",
    help="Exit with 1 below this share of the points.",
)
@click.option("--tell-staff", is_flag=True, help="Print notes for staff on standard error.")
@single_grading_options
@one_line_errors
def ci(assignment: str, options: Options, **wishes: Any) -> int:
    """Grade one hand-in: a checkout, an upload or a file.

    Knows GitHub Actions, GitLab and Gradescope by their surroundings. Files of the report are
    written at once and after each check, so that a run that is killed still reports.

    \b
    Examples:
      grader ci -a ../course/reference/batchnorm
      grader ci work/ -a ../course/reference/batchnorm --format junit --format markdown -o results
      grader ci -a batchnorm --fail-under 60     an assignment beside the grader itself
    """
    from grader.commands import ci as commands

    return commands.ci(assignment, commands.Wishes(**wishes), options)


@click.group()
def package() -> None:
    """Pack an assignment for a platform that grades by itself."""


@package.command()
@click.argument("assignment", metavar="SLUG|PATH")
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    default="autograder.zip",
    show_default=True,
    help="The zip to write.",
)
@_visibility
@click.option(
    "--execute",
    type=click.Choice([mode.value for mode in Mode]),
    default=Mode.ALWAYS.value,
    show_default=True,
    help="Notebooks to run; missing: those with a cell never run.",
)
@one_line_errors
def gradescope(assignment: str, out: Path, visibility: tuple[str, ...], execute: str) -> int:
    """Make the autograder that Gradescope runs on each upload.

    The zip holds the hidden checks and the reference: keep it from students.

    \b
    Example:
      grader package gradescope batchnorm --out autograder.zip
    """
    from grader.ci.package import Settings
    from grader.commands import ci as commands

    settings = Settings(execute=execute, visibility=visibility)
    return commands.package(assignment, out, settings)


COMMANDS = (ci, package)
