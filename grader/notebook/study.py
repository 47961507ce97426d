"""One notebook of a hand-in: read, aligned with the template, and executed anew."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import nbformat

from grader.notebook.align import Alignment, Match, align
from grader.notebook.document import Document
from grader.notebook.execution import CellRun, Execution, NotebookLimits
from grader.notebook.read import read_notebook
from grader.sandbox.kernel_plan import Surroundings


@dataclass(frozen=True)
class Study:
    """What is known of a notebook: as handed in, and as it comes out when it is run here.

    `fresh` has the cells of the executed copy in place of those handed in.
    """

    path: str
    handed_in: Alignment
    fresh: Alignment | None
    execution: Execution | None


def study(  # noqa: PLR0913, PLR0917 - a notebook, and where it runs
    template: Document,
    path: str,
    document: Document,
    files: Mapping[str, bytes],
    around: Surroundings | None,
    limits: NotebookLimits,
    progress: Callable[[str], None],
) -> Study:
    """Align a notebook with the template, and run it in a kernel unless there are no surroundings.

    `progress` is told which cell runs. Raises SandboxError where the kernel could not be started.
    """
    handed_in = align(template, document)
    if around is None:
        return Study(path, handed_in, None, None)
    count = sum(cell.kind == "code" for cell in document.cells)
    running = (f"running cell {number} of {count}" for number in range(1, count + 1))

    def tell(_: CellRun | None) -> None:
        for words in itertools.islice(running, 1):
            progress(words)

    from grader.notebook.execute import execute  # noqa: PLC0415 - slow, and not every run needs it

    tell(None)
    execution = execute(
        document.raw,
        files,
        around,
        limits,
        tell,
    )
    executed = read_notebook(nbformat.writes(execution.notebook).encode())
    return Study(path, handed_in, _with_cells_of(handed_in, executed), execution)


def _with_cells_of(alignment: Alignment, executed: Document) -> Alignment:
    """Return the same alignment, each cell as it is in the executed copy."""

    def anew(match: Match) -> Match:
        return replace(match, cells=tuple(executed.cells[cell.index] for cell in match.cells))

    return replace(alignment, student=executed, matches=tuple(map(anew, alignment.matches)))
