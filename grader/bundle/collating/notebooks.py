"""What a file of a hand-in tells by itself: digests, and which cells of a notebook were run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

SHOWN = 8


class NotebookError(ValueError):
    """What is wrong with "it"."""


def text_digest(content: bytes) -> str:
    """Return the SHA-256 of a text; line ends and space at the ends of lines do not count."""
    lines = content.removeprefix(b"\xef\xbb\xbf").rstrip().splitlines()
    return hashlib.sha256(b"\n".join(line.rstrip() for line in lines)).hexdigest()


class Cell(NamedTuple):
    """A cell of a notebook; `number` counts from 1."""

    number: int
    kind: str
    source: str
    turn: int | None
    shows: bool

    @property
    def ran(self) -> bool:
        """Whether it was run, as far as the file tells."""
        return self.turn is not None or self.shows

    @property
    def never_run(self) -> bool:
        """Whether it holds code that was not run; comments alone need not be."""
        lines = (line.strip() for line in self.source.splitlines())
        return not self.ran and any(line and not line.startswith("#") for line in lines)


def read_notebook(content: bytes) -> dict[str, Any]:
    """Return the notebook that a file holds; raises NotebookError."""
    try:
        notebook = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise NotebookError("it is damaged, no valid JSON: save it again in Jupyter") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise NotebookError("it is no Jupyter notebook of version 4: it has no cells")
    return notebook


def _cells(notebook: Mapping[str, Any]) -> list[Cell]:
    found = []
    for number, cell in enumerate((c for c in notebook["cells"] if isinstance(c, dict)), 1):
        source, count = cell.get("source", ""), cell.get("execution_count")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        turn, shows = count if isinstance(count, int) else None, bool(cell.get("outputs"))
        found.append(Cell(number, str(cell.get("cell_type")), text, turn, shows))
    return found


def code_cells(notebook: Mapping[str, Any]) -> list[Cell]:
    """Return the cells with code of a notebook."""
    return [cell for cell in _cells(notebook) if cell.kind == "code"]


def notebook_digest(notebook: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the cells and of which were run; opening and saving keeps it."""
    cells = [
        (each.kind, text_digest(each.source.encode("utf-8", "replace")), each.ran)
        for each in _cells(notebook)
    ]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def never_run(cells: Sequence[Cell]) -> str:
    """Say which cells were never run, as a sentence without its subject; "" where none."""
    numbers = [str(cell.number) for cell in cells if cell.never_run]
    if not numbers:
        return ""
    listed = ", ".join(numbers[:SHOWN]) + (", …" if len(numbers) > SHOWN else "")
    if len(numbers) == 1:
        return f"has a code cell that was never run (cell {listed})"
    return f"has {len(numbers)} code cells that were never run (cells {listed})"


def out_of_order(cells: Sequence[Cell]) -> str:
    """Say where the order of running is not that of the cells, as `never_run` does."""
    ran = [(cell.number, cell.turn) for cell in cells if cell.turn is not None]
    for (upper, earlier), (lower, later) in zip(ran, ran[1:]):
        if earlier >= later:
            return f"was not run from top to bottom (cell {lower} was run before cell {upper})"
    return ""
