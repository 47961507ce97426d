"""Find out whether the walls around a notebook's kernel hold on this machine, by attacking them.

As with the tiers of workers, nothing is inferred: a real kernel, started as for a hand-in, tries
to reach canaries from a cell, and the walls count only if it reports that everything failed.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass

import nbformat

from grader.core.errors import SandboxError
from grader.notebook.execute import execute
from grader.notebook.execution import CellStatus, Execution, NotebookLimits
from grader.sandbox import tier as tiers
from grader.sandbox.kernel_plan import Surroundings

_LIMITS = NotebookLimits(cell_seconds=30.0, total_seconds=60.0)
_TOLD = re.compile(r"through: ([a-z -]*)\n")


@dataclass(frozen=True)
class KernelWalls:
    """What a kernel got through, or why none could be asked."""

    breaches: tuple[str, ...] = ()
    problem: str = ""

    @property
    def hold(self) -> bool:
        """Whether a kernel was there and nothing got through."""
        return not self.problem and not self.breaches

    @property
    def words(self) -> str:
        """What `grader doctor` says of it."""
        if self.breaches:
            return f"walls leak: {', '.join(self.breaches)}"
        return f"not run: {self.problem}" if self.problem else "walls hold"


def probe_kernel(make_surroundings: Callable[[], Surroundings]) -> KernelWalls:
    """Start a kernel, let a cell attack canaries, and report what got through."""
    try:
        around = make_surroundings()
        with tiers.canaries() as bait:
            arguments = ", ".join(map(repr, dataclasses.astuple(bait)))
            cell = f"{tiers.attacks()}\nprint('through:', attack_from_kernel({arguments}))\n"
            notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
            return judge(execute(notebook, {}, around, _LIMITS))
    except SandboxError as error:
        return KernelWalls(problem=str(error))


def judge(execution: Execution) -> KernelWalls:
    """Return what the cell says; silence and other words prove nothing."""
    (run,) = execution.cells
    outputs = execution.notebook.cells[0].outputs
    told = _TOLD.fullmatch("".join(output.get("text", "") for output in outputs))
    if run.status is not CellStatus.OK or told is None:
        why = "; ".join([run.status.value, *run.notes])
        return KernelWalls(problem=f"the probe of a kernel ended early: {why}")
    return KernelWalls(tuple(told[1].split()))
