"""What staff are told of an execution: what was refused and what ended at a limit, by kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.core.report import IncidentRecord
from grader.core.text import visible
from grader.notebook.execution import INPUT_REFUSED, OUT_OF_MEMORY, CellRun, CellStatus

NETWORK = "network access"
_MOST_SHOWN = 100

# kind -> what staff read, with the number of its incidents.
_WORDS = {
    "shell": "shell commands, programs or installations refused",
    "input": "questions of input() refused",
    "network": "attempts to reach the network refused",
    "time": "cells stopped at a limit on time",
    "output": "cells stopped for showing too much",
    "memory": "cells out of memory",
    "died": "cells in which the kernel ended",
    "not run": "cells not run any more",
}
_STATUS_KINDS = {
    CellStatus.TIMED_OUT: "time",
    CellStatus.CUT: "output",
    CellStatus.DIED: "died",
    CellStatus.NOT_RUN: "not run",
}


def staff_lines(runs: Sequence[CellRun]) -> list[str]:
    """Return one line for each kind of incident: how many, and where and what the first was."""
    lines = []
    for found in incidents(runs):
        said = f" ({found.detail})" if found.detail else ""
        lines.append(f"notebook: {found.what}: {found.count}, first in cell {found.cell}{said}")
    return lines


def incidents(runs: Sequence[CellRun]) -> list[IncidentRecord]:
    """Return what befell an execution, by kind."""
    found: dict[str, list[tuple[int, str]]] = {}
    for run in runs:
        for kind, detail in _incidents(run):
            found.setdefault(kind, []).append((run.index + 1, detail))
    records = []
    for kind, words in _WORDS.items():
        if kind in found:
            cell, detail = found[kind][0]
            said = visible(detail, _MOST_SHOWN)
            records.append(IncidentRecord(words, len(found[kind]), cell, said))
    return records


def _incidents(run: CellRun) -> Iterator[tuple[str, str]]:
    """Yield kind and details of what befell one cell."""
    for what in run.refused:
        yield "network" if what.startswith(NETWORK) else "shell", what
    if run.raised == INPUT_REFUSED:
        yield "input", ""
    if run.raised in OUT_OF_MEMORY:
        yield "memory", ""
    if run.status in _STATUS_KINDS:
        yield _STATUS_KINDS[run.status], run.notes[0] if run.notes else ""
