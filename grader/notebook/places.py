"""What a reader calls a cell of the template: the heading it stands under, never its id."""

from __future__ import annotations

import re
from collections import Counter

from grader.notebook.document import Cell, Document

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(\S.*)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
# Marks of emphasis and code; an underscore inside a word is part of a name.
_MARKUP = re.compile(r"[`*]|(?<!\w)_|_(?!\w)")


def places_of(template: Document) -> dict[str, str]:
    """Return what each cell is called, by its id.

    A text with a heading is called by it: “Six layers”. Another cell is "the code cell under “Six
    layers”", or "code cell 2 of 3 under …" where there are several of its kind; where no heading
    stands above it, there is only its id.
    """
    above, heads, owners = "", dict[str, str](), dict[str, str]()
    for cell in template.cells:
        headings = _headings(cell)
        if headings:
            heads[cell.id], above = headings[0], headings[-1]
        owners[cell.id] = above
    kinds = {
        cell.id: ("code cell" if cell.kind == "code" else "text", owners[cell.id])
        for cell in template.cells
        if cell.id not in heads
    }
    total, seen = Counter(kinds.values()), Counter[tuple[str, str]]()
    places = {name: f"“{heading}”" for name, heading in heads.items()}
    for name, (kind, heading) in kinds.items():
        seen[kind, heading] += 1
        count = total[kind, heading]
        which = f"the {kind}" if count == 1 else f"{kind} {seen[kind, heading]} of {count}"
        places[name] = f"{which} under “{heading}”" if heading else f"the cell {name}"
    return places


def _headings(cell: Cell) -> list[str]:
    """Return the headings of a text, as plain words; a comment in a listing is none."""
    if cell.kind != "markdown":
        return []
    found, listing = [], False
    for line in cell.source.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            listing = not listing
        heading = None if listing else _HEADING.match(line)
        if heading:
            words = heading[1].rstrip().rstrip("#").rstrip()
            found.append(_MARKUP.sub("", _LINK.sub(r"\1", words)))
    return [words for words in found if words]
