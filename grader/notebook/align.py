"""Find the cells of the template in a hand-in, by content; ids are a hint and no more.

Passes, from the surest to the least sure; what a pass finds is context for the next:

1. the same text, once in both notebooks;
2. the same id of the file, where the text is not wholly another one;
3. likeness, with a bonus for standing where the neighbours say, so that moves are allowed;
4. the marks of a cell, where the assignment names some: what it calls and prints;
5. a place to write in: what stands between its question and the next known cell;
6. several template cells in one, or one cut into several;
7. copies of cells that were found already.
"""

from __future__ import annotations

import difflib
import functools
from dataclasses import dataclass, field
from typing import Literal

from grader.core.text import visible
from grader.notebook.document import Cell, Document
from grader.notebook.pairing import How, Pairing
from grader.notebook.places import places_of

MAX_DIFF_LINES = 300
MAX_DIFF_WIDTH = 300
Ran = Literal["yes", "partly", "no"]


@dataclass(frozen=True)
class Match:
    """A template cell and what became of it.

    `cells` are the student's, in the order of the hand-in: none where it was deleted, several
    where it was split; the same cell stands in several matches where cells were merged. `copies`
    say the same once more. `similarity` is from 0 to 1. `changed` leaves white space, comments and
    quotes out of account; `diff` is a unified diff of the whole text, safe to show.
    """

    template: Cell
    cells: tuple[Cell, ...] = ()
    copies: tuple[Cell, ...] = ()
    how: How = "missing"
    similarity: float = 0.0
    changed: bool = False
    diff: str = field(default="", repr=False)

    @property
    def found(self) -> bool:
        """Whether there is a student's cell for it at all."""
        return bool(self.cells)

    @property
    def executed(self) -> bool:
        """Whether every code cell of it that says anything was run."""
        return self.ran == "yes"

    @property
    def ran(self) -> Ran:
        """How much of it was run, as far as the file tells."""
        ran = [cell.executed for cell in self.cells if cell.kind == "code" and not cell.blank]
        if not any(ran):
            return "no"
        return "yes" if all(ran) else "partly"


@dataclass(frozen=True)
class Alignment:
    """One match for each cell of the template, in its order, and the student's other cells."""

    template: Document
    student: Document
    matches: tuple[Match, ...]
    extra: tuple[Cell, ...]

    def of(self, name: str) -> Match:
        """Return the match of the template cell with this id; KeyError where there is none."""
        for match in self.matches:
            if match.template.id == name:
                return match
        raise KeyError(name)

    @functools.cached_property
    def places(self) -> dict[str, str]:
        """What a reader calls the cells of the template, by their ids."""
        return places_of(self.template)

    @property
    def shared(self) -> frozenset[int]:
        """The indices of student's cells that stand for more than one template cell."""
        owners = [cell.index for match in self.matches for cell in match.cells]
        return frozenset(index for index in owners if owners.count(index) > 1)

    @property
    def moved(self) -> tuple[Match, ...]:
        """The matches that stand elsewhere among the others than in the template.

        The fewest that have to move: all but a longest run of matches in the template's order.
        """
        places = [(match.cells[0].index, k) for k, match in enumerate(self.matches) if match.cells]
        kept = set(_longest_rising(places))
        return tuple(self.matches[k] for _, k in places if k not in kept)


def align(template: Document, student: Document) -> Alignment:
    """Return where each cell of `template` is found in `student`. Deterministic."""
    pairing = Pairing(template.cells, student.cells)
    pairing.run()
    matches = tuple(_match(pairing, row) for row in range(len(template.cells)))
    placed = {cell.index for match in matches for cell in (*match.cells, *match.copies)}
    extra = tuple(cell for cell in student.cells if cell.index not in placed)
    return Alignment(template, student, matches, extra)


def _match(pairing: Pairing, row: int) -> Match:
    template = pairing.template[row]
    columns = sorted(pairing.columns[row])
    if not columns:
        return Match(template, copies=tuple(pairing.student[c] for c in pairing.copies[row]))
    cells = tuple(pairing.student[column] for column in columns)
    changed = pairing.changed(row)
    return Match(
        template=template,
        cells=cells,
        copies=tuple(pairing.student[column] for column in pairing.copies[row]),
        how=pairing.how[row],
        similarity=round(pairing.similarity(row), 4),
        changed=changed,
        diff=_diff(template.source, "\n".join(c.source for c in cells)) if changed else "",
    )


def _diff(given: str, handed_in: str) -> str:
    sides = _lines(given), _lines(handed_in)
    lines = difflib.unified_diff(*sides, "given", "handed in", lineterm="")
    shown = list(lines)
    cut = shown[:MAX_DIFF_LINES] + (["…"] if len(shown) > MAX_DIFF_LINES else [])
    return "\n".join(cut)


def _lines(text: str) -> list[str]:
    # difflib takes quadratic time at worst.
    lines = text[: MAX_DIFF_LINES * MAX_DIFF_WIDTH].split("\n", MAX_DIFF_LINES)[:MAX_DIFF_LINES]
    return [visible(line.rstrip(), MAX_DIFF_WIDTH) for line in lines]


def _longest_rising(places: list[tuple[int, int]]) -> list[int]:
    """Return the names of a longest subsequence of (value, name) whose values never fall."""
    best: list[tuple[int, int]] = []  # length, previous position
    for at, (value, _) in enumerate(places):
        before = [(best[k][0], -k) for k in range(at) if places[k][0] <= value]
        length, back = max(before, default=(0, 1))
        best.append((length + 1, -back if before else -1))
    at = max(range(len(best)), key=lambda k: (best[k][0], -k), default=-1)
    kept: list[int] = []
    while at >= 0:
        kept.append(places[at][1])
        at = best[at][1]
    return kept
