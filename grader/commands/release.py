"""Make the bundle that students get."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader import catalog
from grader.core.errors import ConfigurationError
from grader.core.report import Report
from grader.release.confidential import confidential
from grader.release.contents import Item, bundle_of
from grader.release.leaks import Leak, find_leaks
from grader.release.proof import prove
from grader.release.writing import check_target, write_bundle

_DONE = 0


def release(assignment: str, out: Path) -> int:
    """Write the bundle of an assignment to a new folder or zip; return the exit code."""
    console = Console(highlight=False)
    entry = catalog.find_assignment(assignment)
    check_target(out)
    items = bundle_of(entry)
    _refuse_leaks(console, find_leaks(confidential(entry), items))
    with console.status("Grading the template and the solution"):
        records = prove(entry, items)
    write_bundle(out, entry.assignment.slug, items)
    console.print(_table(items))
    console.print(
        f"Template: 0 points. Solution: {_reached(records['solution'])}. No leaks found.",
        soft_wrap=True,
        markup=False,
    )
    console.print(f"{len(items)} files: {out}", soft_wrap=True, markup=False)
    return _DONE


def _refuse_leaks(console: Console, leaks: Sequence[Leak]) -> None:
    if not leaks:
        return
    if len(leaks) == 1:
        raise ConfigurationError(f"not released, for this gives something away: {leaks[0]}")
    for leak in leaks:
        console.print(str(leak), soft_wrap=True, markup=False)
    raise ConfigurationError(
        f"not released: {len(leaks)} places give something away, first {leaks[0]}"
    )


def _reached(record: Report) -> str:
    score = record.score
    waits = f"; {score.pending:g} more await a person" if score.pending else ""
    return f"everything, {score.earned:g} points{waits}"


def _table(items: Sequence[Item]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("file")
    table.add_column("bytes", justify="right")
    table.add_column("what for")
    for item in items:
        table.add_row(Text(item.path), f"{len(item.content):,}", item.purpose)
    return table
