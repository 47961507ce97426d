"""Run small notebooks in real kernels."""

from __future__ import annotations

import nbformat
import pytest

from grader.notebook.execute import execute
from grader.notebook.execution import NotebookLimits
from grader.sandbox.kernel_plan import Surroundings


class Ran:
    """An execution, asked about by the place of a cell."""

    def __init__(self, execution):
        self.execution = execution
        self.cells = execution.notebook.cells

    def status(self, index):
        return self.execution.cells[index].status.name

    def statuses(self):
        return [run.status.name for run in self.execution.cells]

    def notes(self, index):
        return " ".join(self.execution.cells[index].notes)

    def outputs(self, index):
        return self.cells[index].outputs

    def text(self, index):
        """All that a cell shows as text, tracebacks aside."""
        parts = [
            output.get("text") or output.get("evalue") or output.get("data", {}).get("text/plain")
            for output in self.outputs(index)
        ]
        return "".join(part for part in parts if part)


@pytest.fixture(scope="session")
def around(tier):
    """The walls of this machine."""
    return Surroundings(tier.walls)


@pytest.fixture(scope="session")
def run(around):
    """Execute cells in a kernel of their own."""

    def run(*sources, files=None, progress=None, **limits):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        notebook = nbformat.v4.new_notebook(cells=cells)
        return Ran(execute(notebook, files or {}, around, NotebookLimits(**limits), progress))

    return run
