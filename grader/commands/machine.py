"""Examine the grader itself and the machine it runs on."""

from __future__ import annotations

import functools
import platform
from pathlib import Path
from typing import Any

from rich.console import Console

import grader
from grader import catalog, publish
from grader.audit import run as auditing
from grader.building.workshop import sanitizers
from grader.core.errors import GraderError
from grader.crew import require_libraries
from grader.notebook.probe import probe_kernel
from grader.progress import counting
from grader.render.audit import detail_lines, summary_table
from grader.sandbox import tier as tiers
from grader.sandbox.kernel_plan import Surroundings
from grader.sandbox.policy import TIERS, Walls

_HOLDS, _FELL_SHORT = 0, 1


def audit(assignment: str, out: Path, jobs: int, **tried: Any) -> int:
    """Audit an assignment with the parts of an `Extent`; return the exit code."""
    entry, extent = catalog.find_assignment(assignment), auditing.Extent(**tried)
    console = Console(highlight=False)
    with counting(console) as progress:
        found = auditing.audit(entry, extent, jobs=jobs, progress=progress)
    publish.publish_audit(out, found)
    console.print(summary_table(found))
    for line in detail_lines(found):
        console.print(line, markup=False, soft_wrap=True)
    console.print("Falls short." if found.shortcomings else "Holds.")
    console.print(f"Page: {out / 'audit.html'}", soft_wrap=True, markup=False)
    return _FELL_SHORT if found.shortcomings else _HOLDS


def doctor(least: str | None = None) -> int:
    """Attack the sandbox of this machine and say how strong it is.

    Return 1 where it does not hold, or is below `least`.
    """
    console = Console(highlight=False)
    console.print(f"grader {grader.__version__}, Python {platform.python_version()}, "
                  f"{platform.system()} {platform.release()}")  # fmt: skip
    attempts = tiers.survey()
    for attempt in attempts:
        layers = " + ".join(attempt.walls.layers)
        verdict = "holds" if attempt.holds else attempt.problem
        if attempt.breaches:
            verdict = f"breached: {', '.join(attempt.breaches)}"
        console.print(f"  {attempt.name:7} {layers:42} {verdict}", markup=False)
    best = next((attempt for attempt in attempts if attempt.holds), None)
    if best is None:
        console.print("Sandbox: weak. Nothing here stops a hostile hand-in.")
    else:
        console.print(f"Sandbox: {best.name} ({', '.join(best.layers)})")
    kernel = None if best is None else probe_kernel(functools.partial(Surroundings, best.walls))
    if kernel is not None:
        console.print(f"Notebooks: {kernel.words}", markup=False, soft_wrap=True)
    if best is not None:
        console.print(f"Hand-ins in C: {_for_c(best.walls)}", markup=False, soft_wrap=True)
    if best is None or best.name != "strong":
        console.print(tiers.what_it_takes("strong"), soft_wrap=True)
    name = "weak" if best is None else best.name
    if least is not None and TIERS.index(name) > TIERS.index(least):
        console.print(f"Below what is required: {least}.")
        return _FELL_SHORT
    return _FELL_SHORT if kernel is None or kernel.breaches else _HOLDS


def _for_c(walls: Walls) -> str:
    """Say whether hand-ins in C can be graded here, or what they need."""
    try:
        require_libraries(walls)
        sanitizers()
    except GraderError as error:
        return str(error).removeprefix("hand-ins in C ")
    return "gcc and its sanitizers are there"
