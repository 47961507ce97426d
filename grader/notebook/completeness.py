"""Whether a notebook was run as a whole: every cell of the template, once, from top to bottom.

It is for notebooks that are not run again; what they say of themselves is all there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from grader.notebook.align import Alignment, Match
from grader.notebook.document import Cell


@dataclass(frozen=True)
class Flaw:
    """What is amiss with a notebook as a whole, in a student's words."""

    what: str
    expected: str
    actual: str
    where: str
    hint: str = "Restart the kernel, run all cells from top to bottom, and save."


def first_flaw(alignment: Alignment) -> Flaw | None:
    """Return the first of these that is so, None where nothing is.

    A code cell of the template is missing, was not run (it has no count), ended in an error, or ran
    before a cell that stands above it. Cells that the student added are left aside.
    """
    matches = [match for match in alignment.matches if match.template.kind == "code"]
    return (
        _missing(alignment, matches)
        or _not_run(alignment, matches)
        or _error(alignment, matches)
        or _out_of_order(alignment, matches)
    )


def _missing(alignment: Alignment, matches: list[Match]) -> Flaw | None:
    missing = [match for match in matches if not match.found]
    if not missing:
        return None
    return Flaw(
        "cells that were handed out are missing",
        expected=f"all {len(matches)} code cells",
        actual=f"{len(matches) - len(missing)} of them",
        where=f"missing first: {alignment.places[missing[0].template.id]}",
        hint="Copy them from the notebook that was handed out; keep the given ones as they are.",
    )


def _not_run(alignment: Alignment, matches: list[Match]) -> Flaw | None:
    idle = [match for match in matches if not _was_run(match)]
    if not idle:
        return None
    return Flaw(
        "not all cells were run before the notebook was handed in",
        expected=f"all {len(matches)} code cells, each with its number",
        actual=f"{len(matches) - len(idle)} of them",
        where=f"never run first: {alignment.places[idle[0].template.id]}",
    )


def _was_run(match: Match) -> bool:
    """Whether every cell that says anything has a count: outputs alone may be another run's."""
    counts = [cell.execution_count for cell in _code(match)]
    return bool(counts) and None not in counts


def _code(match: Match) -> list[Cell]:
    return [cell for cell in match.cells if cell.kind == "code" and not cell.blank]


def _error(alignment: Alignment, matches: list[Match]) -> Flaw | None:
    for match in matches:
        for output in (output for cell in match.cells for output in cell.outputs):
            if output.kind == "error":
                return Flaw(
                    "a cell ends in an error",
                    expected="cells that run to their end",
                    actual=f"{output.ename}: {output.evalue}".rstrip(": "),
                    where=alignment.places[match.template.id],
                    hint="Mend it; then restart the kernel, run all cells, and save.",
                )
    return None


def _out_of_order(alignment: Alignment, matches: list[Match]) -> Flaw | None:
    """Compare the cells as they stand in the hand-in: one may have been moved, and run there."""
    places = {
        cell.index: (cell.execution_count or 0, alignment.places[match.template.id])
        for match in reversed(matches)
        for cell in _code(match)
    }
    for (above, _), (count, place) in pairwise(places[index] for index in sorted(places)):
        if not above < count:
            return Flaw(
                "the cells were not run from top to bottom",
                expected="numbers that rise from cell to cell",
                actual=f"[{count}] below [{above}]",
                where=place,
            )
    return None
