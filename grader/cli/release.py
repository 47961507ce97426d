"""Hand out an assignment."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.options import one_line_errors, out_option


@click.command()
@click.argument("assignment", metavar="SLUG|PATH")
@out_option("New folder, or new .zip, for students.", required=True)
@one_line_errors
def release(assignment: str, out: Path) -> int:
    """Make the bundle that students get, and refuse it where it gives something away.

    In go the files that assignment.toml lists, what explains or licenses them, selfcheck.py, and
    collate.py, with which students pack their work. Refused are any other files, names and seeds
    of hidden checks, code of the solution, and texts of known mistakes and answers. The bundle must
    earn 0 points as it is, and the solution all.

    \b
    Examples:
      grader release batchnorm --out batchnorm.zip
      grader release reference/batchnorm --out ../assignment-1
    """
    from grader.commands import release as command

    return command.release(assignment, out)


COMMANDS = (release,)
