"""What every grading command is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader import catalog, kernels
from grader.core.errors import UsageError
from grader.intake.submissions import HandIn
from grader.notebook.execution import Mode
from grader.run import Run
from grader.sandbox import tier as tiers


@dataclass(frozen=True)
class Options:
    """The options that every grading command has, as click gives them."""

    jobs: int
    seed: int
    tier: str | None
    allow_weak_sandbox: bool
    execute: str
    require: str | None = None

    def run(self, entry: catalog.Entry, hand_ins: Sequence[HandIn]) -> Run:
        """Return the run they ask for.

        Raises UsageError where its sandbox is not to be had, and where the assignment lies in a
        hand-in: its checks run without walls, and a student may have written them.
        """
        reference = entry.folders.reference.resolve()
        for hand_in in hand_ins:
            if reference.is_relative_to(hand_in.path.resolve()):
                raise UsageError(
                    f"the assignment {reference} lies in the hand-in {hand_in.path}, and may be "
                    "its student's; name the course's own by its path"
                )
        allow_weak = self.allow_weak_sandbox
        tier = tiers.choose(self.tier, least=self.require, allow_weak=allow_weak)
        run = Run(entry, self.seed, tier, Mode(self.execute))
        run = kernels.prove_kernels(run, hand_ins, allow_weak=allow_weak)
        tiers.refuse_below(self.require, run.tier.name)
        return run
