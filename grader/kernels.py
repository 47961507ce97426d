"""Before a class is graded: do the walls hold around the kernels that its notebooks need?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from grader.catalog import Entry
from grader.core.assignment import Notebook
from grader.core.errors import SubmissionError, UsageError
from grader.intake.submissions import HandIn
from grader.intake.tree import read_tree
from grader.notebook.execution import Mode, mode_of
from grader.run import Run
from grader.sandbox.kernel_plan import Surroundings
from grader.sandbox.policy import Walls

_NOTEBOOK = ".ipynb"


def surroundings(entry: Entry, notebook: Notebook, walls: Walls) -> Surroundings:
    """Return what stands around the kernels of an assignment.

    Raises SandboxError for walls that cannot hold a kernel.
    """
    keep_out = (entry.folders.reference, entry.folders.suite)
    return Surroundings(walls, tuple(notebook.allowed), keep_out)


def prove_kernels(run: Run, hand_ins: Iterable[HandIn], *, allow_weak: bool = False) -> Run:
    """Attack the walls of a kernel if a hand-in may need one; return the run that may go on.

    Where no kernel can be started, notebooks are withheld in that run. Raises UsageError for walls
    that leak; with `allow_weak` they are used, and the run is called weak for it.
    """
    notebook = run.entry.assignment.notebook
    if notebook is None or run.tier.name == "weak":
        return run
    if mode_of(notebook.execute, run.mode) is Mode.NEVER:
        return run
    if not any(map(_may_run, hand_ins)):
        return run
    from grader.notebook.probe import probe_kernel  # noqa: PLC0415 - slow, and seldom needed

    found = probe_kernel(lambda: surroundings(run.entry, notebook, run.tier.walls))
    if found.breaches and allow_weak:
        return replace(run, tier=replace(run.tier, name="weak"))
    if found.breaches:
        raise UsageError(
            f"the walls around a notebook's kernel leak here ({', '.join(found.breaches)}); "
            "--execute never grades without running notebooks, --allow-weak-sandbox runs them "
            "all the same"
        )
    return replace(run, no_kernel=found.problem)


def _may_run(hand_in: HandIn) -> bool:
    """Whether a hand-in holds a notebook; what cannot be told counts as if it did."""
    try:
        files = read_tree(hand_in.path, frozenset({_NOTEBOOK}), hand_in.parts).files
        # One file that is handed in alone is read whatever it is called.
        return any(path.lower().endswith(_NOTEBOOK) for path in files)
    except SubmissionError:
        return False
    except Exception:  # noqa: BLE001 - grading it says what is wrong
        return True
