"""Begin an assignment."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.options import one_line_errors


@click.command()
@click.argument("slug")
@click.option(
    "--root",
    type=click.Path(path_type=Path, readable=False),
    default=".",
    help="Folder in which the three folders go  [default: the current one]",
)
@click.option("--title", "-t", help="Title of the assignment  [default: from the slug]")
@one_line_errors
def new(slug: str, root: Path, title: str | None) -> int:
    """Make a small new assignment that works, to be changed into your own.

    It has a solution and correct variants of it, a template with a self-check for students, hidden
    checks, and known mistakes; `grader audit SLUG` passes as it stands. Nothing is overwritten.

    \b
    Examples:
      grader new rates
      grader new softmax --root courses/spring --title "Log-softmax and its gradient"
    """
    from grader.commands import new as commands

    return commands.new(slug, root, title)


COMMANDS = (new,)
