"""What every grading command is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader import catalog, kernels
from grader.grading import Run
from grader.intake.submissions import HandIn
from grader.notebook.execution import Mode
from grader.sandbox import tier as tiers


@dataclass(frozen=True)
class Options:
    """The options that every grading command has, as click gives them."""

    jobs: int
    seed: int
    tier: str | None
    allow_weak_sandbox: bool
    execute: str

    def run(self, entry: catalog.Entry, hand_ins: Sequence[HandIn]) -> Run:
        """Return the run they ask for; raises UsageError where its sandbox is not to be had."""
        tier = tiers.choose(self.tier, allow_weak=self.allow_weak_sandbox)
        run = Run(entry, self.seed, tier, Mode(self.execute))
        return kernels.prove_kernels(run, hand_ins, allow_weak=self.allow_weak_sandbox)
