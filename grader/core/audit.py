"""What an audit of an assignment found: plain values, from which every view is made."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

FORMAT = "grading-harness/audit/1"
# The share of generic mutants, those that are equivalent left out, that a suite must notice.
MUTANTS_NOTICED = 0.99
# The share of known mistakes that a report must call by their name, in every style of code.
NAMED = 0.95
_CONFIDENCE = 0.95
# The kind of a misconception in the code of a variant; its name begins with the misconception's.
IN_VARIANT = "in a variant"


@dataclass(frozen=True)
class Verdict:
    """How one set of files was judged.

    `kind` is "solution", "template", "variant", "misconception" or IN_VARIANT. `lost` has by
    criterion the share of its points that was lost, `failed` the checks that did not pass. A
    misconception must lose in `costs` and may lose in `may_cost`; `complaints` say where that is
    not so. `beyond` is the largest error that cost it a check, in units of the tolerance; `named`
    are the known mistakes that a report would name. A misconception is `untold` that no numbers
    tell: it is not made in what stands for the solution.
    """

    name: str
    kind: str
    title: str = ""
    lost: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    costs: list[str] = field(default_factory=list)
    may_cost: list[str] = field(default_factory=list)
    beyond: float | None = None
    named: list[str] = field(default_factory=list)
    untold: bool = False
    complaints: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """What it is, and its name where that is another."""
        return self.name if self.name == self.kind else f"{self.kind} {self.name}"


@dataclass(frozen=True)
class CheckValue:
    """What one check is worth: the misconceptions that it notices."""

    id: str
    criterion: str
    title: str
    kills: list[str]


@dataclass(frozen=True)
class Tolerance:
    """How far a check's tolerance is from what is right and from what is wrong.

    `right` is the largest error of any correct variant and `wrong` the smallest error that cost a
    mistake the check, both in units of the tolerance; None where nothing was measured.
    """

    check: str
    right: float | None
    right_of: str
    wrong: float | None
    wrong_of: str

    @property
    def decades(self) -> tuple[float | None, float | None]:
        """Powers of ten between the right and the tolerance, and between it and the wrong."""
        below = -math.log10(self.right) if self.right else None
        above = math.log10(self.wrong) if self.wrong and math.isfinite(self.wrong) else None
        return below, above


@dataclass(frozen=True)
class Flake:
    """A correct hand-in that lost a check under one seed."""

    name: str
    seed: int
    check: str


@dataclass(frozen=True)
class Flakes:
    """Correct hand-ins under so many seeds, and what they lost."""

    runs: int
    found: list[Flake] = field(default_factory=list)

    @property
    def bound(self) -> float:
        """Upper limit of the share of seeds that cost something, one-sided, 95% confidence.

        Clopper and Pearson 1934: the share p at which so few failures, or fewer, have
        probability 0.05.
        """
        failures = len({(flake.name, flake.seed) for flake in self.found})
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (
                (middle, high)
                if _at_most(failures, self.runs, middle) > 1 - _CONFIDENCE
                else (low, middle)
            )
        return high


def _at_most(failures: int, runs: int, share: float) -> float:
    """Return the probability of so many failures or fewer."""
    return math.fsum(
        math.comb(runs, k) * share**k * (1 - share) ** (runs - k) for k in range(failures + 1)
    )


@dataclass(frozen=True)
class Survivor:
    """A small change of the solution that no check notices."""

    path: str
    line: int
    operator: str
    before: str
    after: str


@dataclass(frozen=True)
class Mutants:
    """Generic changes of the solution, and what became of them."""

    killed: int
    equivalent: int
    unreached: int
    survivors: list[Survivor] = field(default_factory=list)
    operators: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def noticed(self) -> float:
        """The share that is noticed, of those that are not equivalent and that a check reaches."""
        judged = self.killed + len(self.survivors)
        return self.killed / judged if judged else 1.0


@dataclass(frozen=True)
class Audit:
    """One audit. `criteria` are ids and titles of those that code decides."""

    assignment: str
    title: str
    version: str
    grader: str
    criteria: dict[str, str]
    verdicts: list[Verdict]
    checks: list[CheckValue]
    tolerances: list[Tolerance]
    flakes: Flakes
    mutants: Mutants | None
    format: str = FORMAT

    def of_kind(self, kind: str) -> list[Verdict]:
        """Return the verdicts of one kind."""
        return [verdict for verdict in self.verdicts if verdict.kind == kind]

    def named(self, kind: str) -> tuple[int, int]:
        """Return how many mistakes of a kind are called by their name, of how many."""
        of_all = len([verdict for verdict in self.of_kind(kind) if not verdict.untold])
        return of_all - len(self.unnamed(kind)), of_all

    def unnamed(self, kind: str) -> list[str]:
        """Return the mistakes of a kind that are not called by their name."""
        verdicts = self.of_kind(kind)
        told = (verdict for verdict in verdicts if not verdict.untold)
        return [v.name for v in told if v.name.partition(" in ")[0] not in v.named]

    @property
    def idle(self) -> list[CheckValue]:
        """Checks that notice no misconception."""
        return [check for check in self.checks if not check.kills]

    @property
    def shortcomings(self) -> list[str]:
        """Where the assignment falls short, one sentence each; none means that it holds."""
        found = [
            f"{verdict.label}: {complaint}"
            for verdict in self.verdicts
            for complaint in verdict.complaints
        ]
        if not self.of_kind("misconception"):
            found.append("no misconceptions are listed, so that nothing shows what checks notice")
        else:
            found += [f"check {check.id} notices no misconception" for check in self.idle]
        found += [
            f"{flake.name} is correct and lost {flake.check} with seed {flake.seed}"
            for flake in self.flakes.found
        ]
        for kind in ("misconception", IN_VARIANT):
            right, of_all = self.named(kind)
            if right < NAMED * of_all:
                names = ", ".join(self.unnamed(kind))
                found.append(f"{kind}: only {right} of {of_all} are called by their name; "
                             f"not {names}")  # fmt: skip
        if self.mutants is not None and self.mutants.noticed < MUTANTS_NOTICED:
            found.append(
                f"only {self.mutants.noticed:.1%} of the generic changes are noticed, "
                f"less than {MUTANTS_NOTICED:.0%}"
            )
        return found
