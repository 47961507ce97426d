"""A notebook as values: cells in order, and what each of them showed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

CellKind = Literal["code", "markdown", "raw"]
OutputKind = Literal["stream", "display", "result", "error"]
Role = Literal["given", "answer", "free"]


@dataclass(frozen=True)
class Output:
    """One output of a code cell.

    `name` is "stdout" or "stderr" for a stream and empty otherwise. `text` is plain, without
    terminal colours, and cut. `ename` and `evalue` are those of an error.
    """

    kind: OutputKind
    name: str = ""
    text: str = ""
    has_image: bool = False
    ename: str = ""
    evalue: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell. `source` is cut to a bound; the whole text stands in `Document.raw`.

    `owns_id` says that the id stands in the file, once: only then is it a hint. `role` and
    `metadata_question` are what the assignment's author wrote into the template; in a hand-in they
    are whatever the student left there. `marks` are patterns by which a cell of the template is
    known in other editions.
    """

    index: int
    id: str
    kind: CellKind
    source: str
    execution_count: int | None = None
    outputs: tuple[Output, ...] = ()
    role: Role | None = None
    metadata_question: str = ""
    owns_id: bool = False
    marks: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether there is nothing but white space."""
        return not self.source.strip()

    @property
    def executed(self) -> bool:
        """Whether this is code that was run, as far as the file tells."""
        return self.kind == "code" and (self.execution_count is not None or bool(self.outputs))


@dataclass(frozen=True)
class Document:
    """A notebook.

    `raw` is the same notebook as a valid nbformat 4.5 dict, rebuilt from known fields alone:
    metadata that could steer an execution (tags, widgets) is not in it. `version` is what the file
    said it is; `notes` say what was mended or cut.
    """

    cells: tuple[Cell, ...]
    raw: dict[str, Any] = field(repr=False, compare=False)
    version: tuple[int, int] = (4, 5)
    notes: tuple[str, ...] = ()

    def marked(self, marks: Mapping[str, Sequence[str]]) -> Document:
        """Return the same template, with the marks of its cells by id.

        Raises KeyError where there is no such cell.
        """
        for name in marks.keys() - {cell.id for cell in self.cells}:
            raise KeyError(name)
        cells = tuple(replace(cell, marks=tuple(marks.get(cell.id, ()))) for cell in self.cells)
        return replace(self, cells=cells)

    @property
    def ran_in_order(self) -> bool:
        """Whether the code cells that were run were run from top to bottom, each once."""
        counts = [c.execution_count for c in self.cells if c.execution_count is not None]
        return all(first < second for first, second in pairwise(counts))
