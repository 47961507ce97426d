"""What one run of the grader holds for all hand-ins."""

from __future__ import annotations

from dataclasses import dataclass

import grader
from grader.catalog import Entry
from grader.core.report import Conditions
from grader.notebook.execution import Mode
from grader.sandbox.tier import Tier


@dataclass(frozen=True)
class Run:
    """Assignment, seed and walls, and when notebooks are executed.

    `no_kernel` says why none can be, if so, and those that should be are withheld.
    """

    entry: Entry
    seed: int
    tier: Tier
    mode: Mode = Mode.NEVER
    no_kernel: str = ""

    def conditions(self) -> Conditions:
        """Return what a report says about how it was made."""
        assignment = self.entry.assignment
        return Conditions(
            assignment=assignment.slug,
            title=assignment.title,
            version=assignment.version,
            grader=grader.__version__,
            seed=self.seed,
            tier=self.tier.name,
            layers=list(self.tier.layers),
            diagnosis=assignment.diagnosis,
        )
