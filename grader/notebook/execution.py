"""What executing a notebook is asked for and what came of it, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Slow to import, and the command line needs `Mode` before it knows what it is to do.
    from nbformat import NotebookNode


class Mode(Enum):
    """When a notebook is executed anew before it is graded."""

    ALWAYS = "always"
    MISSING = "missing"
    NEVER = "never"


# The names of exceptions by which a question, and the end of memory, are known.
INPUT_REFUSED = "StdinNotImplementedError"
OUT_OF_MEMORY = ("MemoryError", "_ArrayMemoryError")


class CellStatus(Enum):
    """How one code cell ended."""

    OK = "ok"
    RAISED = "raised"
    TIMED_OUT = "timed out"
    CUT = "cut"
    NOT_RUN = "not run"
    REFUSED = "refused"
    DIED = "died"


@dataclass(frozen=True)
class NotebookLimits:
    """Bounds of one execution: seconds of wall time, bytes, and pieces for each cell.

    Memory beyond `memory_bytes` raises MemoryError in the cell; the workspace holds `file_bytes` in
    `file_count` files and folders besides the student's own. Past a bound on output the cell is
    interrupted and what it shows from there on is dropped. A cell that goes on for `grace_seconds`
    after an interrupt costs the kernel.
    """

    cell_seconds: float = 120.0
    total_seconds: float = 900.0
    grace_seconds: float = 5.0
    memory_bytes: int = 2 << 30
    file_bytes: int = 256 << 20
    file_count: int = 20_000
    cell_text_bytes: int = 256 << 10
    cell_picture_bytes: int = 8 << 20
    cell_pictures: int = 40
    total_output_bytes: int = 32 << 20

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value <= 0:
                raise ValueError(f"{name} must be positive, not {value}")


@dataclass(frozen=True)
class CellRun:
    """How one code cell fared; `index` counts all cells of the notebook, from 0.

    `refused` are commands and connections that it was refused, `raised` the name of the exception
    that it ended in.
    """

    index: int
    status: CellStatus
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    raised: str = ""


@dataclass(frozen=True)
class Execution:
    """An executed copy of a notebook, and how each of its code cells fared.

    `layers` are the walls that stood around the kernel. `cpu_seconds` is the CPU time of the
    kernel's process, in all its threads; of a kernel that ended itself, up to the cell before.
    """

    notebook: NotebookNode
    cells: tuple[CellRun, ...]
    seconds: float
    layers: tuple[str, ...]
    cpu_seconds: float = 0.0


def mode_of(choice: str, asked: Mode) -> Mode:
    """Return when a notebook is executed: as its assignment chose, if it did, or else as asked."""
    return Mode(choice) if choice else asked


def should_execute(mode: Mode, notebook: Mapping[str, Any]) -> bool:
    """Whether a notebook is to be executed; MISSING: if a code cell was never executed."""
    if mode is Mode.MISSING:
        return any(map(_never_executed, _code_cells(notebook)))
    return mode is Mode.ALWAYS


def _code_cells(notebook: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (cell for cell in notebook.get("cells", []) if cell.get("cell_type") == "code")


def _never_executed(cell: Mapping[str, Any]) -> bool:
    source = cell.get("source", "")
    text = source if isinstance(source, str) else "".join(source)
    shown = cell.get("execution_count") is not None or cell.get("outputs")
    return bool(text.strip()) and not shown
