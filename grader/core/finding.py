"""What one check found, split into what everybody may read and what only staff may."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.core.outcome import Outcome


@dataclass(frozen=True)
class Finding:
    """The words of one check: what, expected, actual, where, hint.

    These five hold no hidden input, expected value or seed: a student may read them. `error` is
    the size of the deviation that decided (dimensionless), `secret` is for staff alone.
    """

    what: str = ""
    expected: str = ""
    actual: str = ""
    where: str = ""
    hint: str = ""
    error: float | None = None
    picture: Picture | None = None
    secret: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """Numbers for a drawing that gives no hidden value away.

    kind "heat map": `values` are rows of |actual - expected| relative to the scale of the expected
    array. kind "curves": `values` are curves, one for each of `labels`.
    """

    kind: str
    title: str
    values: list[list[float | None]]
    labels: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Diagnosis:
    """A known mistake that explains what was found: its id, and title and hint for the student."""

    id: str
    title: str
    hint: str = ""


@dataclass(frozen=True)
class CheckResult:
    """One check of the hidden suite against one hand-in.

    `fraction` is what the check earns, from 0 to 1; `None` where that is withheld or pending.
    `diagnosis` are known mistakes that explain the finding.
    A `follow_through` check holds work against the student's own earlier work, mistakes included;
    it is in the record only where that could earn something.
    """

    id: str
    criterion: str
    title: str
    outcome: Outcome
    fraction: float | None
    finding: Finding = field(default_factory=Finding)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    diagnosis: tuple[Diagnosis, ...] = ()
    follow_through: bool = False

    def __post_init__(self) -> None:
        earns = self.outcome.meaning.earns
        expected = {"all": 1.0, "nothing": 0.0, "withheld": None, "pending": None}
        if earns == "fraction":
            if self.fraction is None or not 0.0 < self.fraction < 1.0:
                raise ValueError(f"{self.id}: PARTIAL needs a fraction between 0 and 1")
        elif self.fraction != expected[earns]:
            raise ValueError(f"{self.id}: {self.outcome} does not earn {self.fraction!r}")


def not_yet_run(name: str, criterion: str, title: str) -> CheckResult:
    """Return what a check says until it is run: it earns nothing yet."""
    return CheckResult(name, criterion, title, Outcome.SKIPPED, 0.0, Finding("not run yet"))
