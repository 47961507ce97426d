"""What a hand-in in C takes: the compiler alone, the build behind walls, and the whole grading.

Turns alternate between them: what slows the machine slows all. A hand-in in Python comes before.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from grader import catalog
from grader.building.plan import Plan
from grader.building.workshop import Workshop, find_compiler
from grader.catalog import Entry
from grader.intake.submissions import HandIn
from grader.intake.workspace import Workspace, make_workspace
from grader.run import Run
from grader.sandbox import tier as tiers
from grader.sandbox.shelf import Shelf
from grader.serial import GradeOne, with_grader


def timed(do: Callable[[], object]) -> float:
    start = time.monotonic()
    do()
    return time.monotonic() - start


def compile_bare(entry: Entry, workspace: Workspace) -> None:
    """Run the commands of a build without walls."""
    paths = [path for path in workspace.located.values() if path.endswith(".c")]
    plan = Plan(find_compiler(), entry.assignment.c, workspace, entry.assignment, paths)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in plan.files().items():
            Path(folder, name).write_bytes(content)
        for command in plan.commands():
            subprocess.run(command, cwd=folder, check=True, capture_output=True)


def main() -> None:
    """Print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=15)
    turns: int = parser.parse_args().turns
    tier = tiers.choose()
    entry, python = map(catalog.find_assignment, ("batchnorm_c", "batchnorm"))
    workspace = make_workspace(entry.assignment, entry.solution_files(), entry.supplied_files())
    took: dict[str, list[float]] = {}

    def repeat(sides: dict[str, Callable[[], object]]) -> None:
        for _ in range(turns):
            for name, do in sides.items():
                took.setdefault(name, []).append(timed(do))

    def with_python(grade: GradeOne) -> None:
        hand_in = HandIn("python", python.folders.solution)
        repeat({"whole hand-in in Python": lambda: grade(hand_in)})

    def with_c(grade: GradeOne) -> None:
        with Shelf() as shelf:
            workshop = Workshop(entry.assignment, entry.assignment.c, tier.walls, shelf)
            hand_in = HandIn("c", entry.folders.solution)
            repeat(
                {
                    "compiler alone": lambda: compile_bare(entry, workspace),
                    "build behind walls": lambda: workshop.build(workspace),
                    "whole hand-in in C": lambda: grade(hand_in),
                }
            )

    with_grader(Run(python, 0, tier), with_python)
    with_grader(Run(entry, 0, tier), with_c)
    print(f"{turns} turns, sandbox {tier.name}; {platform.processor() or platform.machine()}")
    for name, seconds in took.items():
        print(f"{name:24} {statistics.median(seconds):.3f} s (median)")
    pairs = zip(took["whole hand-in in C"], took["build behind walls"], strict=True)
    print(f"{'without its build':24} {statistics.median(c - b for c, b in pairs):.3f} s (median)")


if __name__ == "__main__":
    main()
