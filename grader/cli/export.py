"""Bring grades to where the course keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from grader.cli.options import one_line_errors

_PATH = click.Path(path_type=Path, readable=False)
_TARGETS = ("canvas", "moodle", "gradescope", "csv", "json", "junit")


@click.command()
@click.argument("folder", metavar="OUT", type=_PATH)
@click.argument("target", type=click.Choice(_TARGETS))
@click.option(
    "--course",
    type=_PATH,
    metavar="FILE",
    help="The course's own gradebook (canvas) or worksheet (moodle), to be filled in.",
)
@click.option(
    "--column",
    default="",
    metavar="NAME",
    help="The column for the grades, where it is not found by itself.",
)
@click.option("--late", type=_PATH, metavar="FILE", help="Late policy, a TOML file.")
@click.option(
    "--include-awaiting",
    is_flag=True,
    help="Also export what is decided so far of hand-ins that await a person.",
)
@click.option("--staff", is_flag=True, help="Whole records, with what students may not see (json).")
@click.option(
    "--out",
    "--into",
    "-o",
    type=_PATH,
    metavar="PATH",
    help="New file; a folder for moodle and gradescope  [default: in OUT/exports]",
)
@one_line_errors
def export(folder: Path, target: str, **wishes: Any) -> int:
    """Export the grades in OUT, a folder that `grader grade` wrote.

    Nothing is graded again. What is withheld is never exported as 0. Exit code 1 where a grade was
    withheld or matched nobody in the course's file.

    \b
    Examples:
      grader export results/ canvas --course gradebook.csv
      grader export results/ moodle --course worksheet.csv --late policy.toml
      grader export results/ csv --late policy.toml --out grades-late.csv
    """
    from grader.commands import export as exporting

    return exporting.export(folder, target, exporting.Wishes(**wishes))


COMMANDS = (export,)
