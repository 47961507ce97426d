"""How the cells of a hand-in stand beside the template's: twice, or in another order."""

from __future__ import annotations

from grader.notebook.align import Alignment, Match

_MOST_NAMED = 3


def arrangement(alignment: Alignment) -> list[str]:
    """Return a line on cells that are there more than once, and one on those in another order."""
    places = alignment.places
    copied = [
        f"{places[match.template.id]} ({_cells(match)})"
        for match in alignment.matches
        if match.copies and match.found
    ]
    moved = [
        f"{places[match.template.id]} (cell {match.cells[0].index + 1})"
        for match in alignment.moved
    ]
    lines = []
    if copied:
        lines.append(f"There more than once: {_listed(copied)}.")
    if moved:
        lines.append(f"In another order than in the template: {_listed(moved)}.")
    return lines


def copies(alignment: Alignment) -> dict[int, str]:
    """Return a note for each cell that is a copy of another one, by its index."""
    return {
        copy.index: f"says the same as cell {match.cells[0].index + 1}, which counts"
        for match in alignment.matches
        for copy in match.copies
        if match.found
    }


def _cells(match: Match) -> str:
    first, *more = (cell.index + 1 for cell in (*match.cells, *match.copies))
    others = ", ".join(map(str, more))
    return f"cell {first} counts, {others} {'is' if len(more) == 1 else 'are'} left aside"


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return "; ".join(names[:_MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
