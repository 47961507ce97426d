"""Examine the grader itself and the machine it runs on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from grader.cli.options import jobs_option, one_line_errors, out_option, require_option


@click.command()
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
@jobs_option("Processes that share the work.")
@out_option("Folder for audit.json and audit.html.", default="grader-audit")
@one_line_errors
def audit(assignment: str, out: Path, jobs: int, **tried: Any) -> int:
    """Grade the grader: are the hidden checks of an assignment right?

    The solution and every correct variant must earn everything, the template nothing, and every
    known mistake must cost what it should and nothing else. Exit code 1 where something falls
    short. Runs code of the assignment alone, without a sandbox.

    \b
    Examples:
      grader audit batchnorm
      grader audit reference/batchnorm --seeds 2000 --jobs 2
    """
    from grader.commands import machine

    return machine.audit(assignment, out, jobs, **tried)


@click.command()
@require_option("Exit with 1 where the walls are not at least this strong.")
@one_line_errors
def doctor(require: str | None) -> int:
    """Attack the sandbox of this machine and say how strong it is.

    Exit code 1 where nothing stops a hostile hand-in, or hostile cells of a notebook.
    """
    from grader.commands import machine

    return machine.doctor(require)


COMMANDS = (audit, doctor)
