"""Ask whether the hidden suite notices small changes of the solution, wherever they are made.

A mutant is compared with the solution first, by the calls that the suite makes. Calls that differ
name the criterion to ask first: most mutants die by one or two checks.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from grader.audit.equivalent import Probe, make_probes
from grader.audit.judge import Judge
from grader.audit.limit import TooLongError, cpu_limit
from grader.audit.mutate import Mutant, mutants
from grader.audit.reach import names_in
from grader.audit.tape import Player, Tape, record
from grader.catalog import Entry
from grader.checks.drawn import seeded
from grader.core.finding import CheckResult

# Recordings of the suite with so many seeds, and variations of each tape.
SEEDS = 2
VARIATIONS = 2
# CPU seconds for one mutant; the whole suite takes less than one.
SECONDS = 10.0
# A criterion that runs more lines than this is asked after the others.
_MANY_STEPS = 10_000


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    # No reply differs in any recorded or varied call.
    EQUIVALENT = "equivalent"
    # No check runs the line.
    UNREACHED = "unreached"


@dataclass(frozen=True)
class Tried:
    """A mutant, what became of it, and the check that killed it."""

    mutant: Mutant
    fate: Fate
    check: str = ""


@dataclass(frozen=True)
class Figures:
    """The count over mutants that were tried.

    `operators` counts fates by operator, `checks` how many mutants each check killed first.
    """

    fates: Counter[Fate] = field(default_factory=Counter)
    operators: dict[str, Counter[Fate]] = field(default_factory=dict)
    checks: Counter[str] = field(default_factory=Counter)

    @property
    def killed_share(self) -> float:
        """Killed mutants among those that were killed or survived; 1 where there are none."""
        judged = self.fates[Fate.KILLED] + self.fates[Fate.SURVIVED]
        return self.fates[Fate.KILLED] / judged if judged else 1.0


def figures(tried: Sequence[Tried]) -> Figures:
    """Count fates, by operator and by check."""
    found = Figures()
    for each in tried:
        found.fates[each.fate] += 1
        found.operators.setdefault(each.mutant.operator, Counter())[each.fate] += 1
        if each.check:
            found.checks[each.check] += 1
    return found


def mutants_of(entry: Entry) -> list[Mutant]:
    """Return the mutants of an assignment's solution, which is in Python."""
    sources = {path: content.decode() for path, content in entry.solution_files().items()}
    names = {function.name for function in entry.assignment.functions}
    supplied = entry.supplied_files()
    for driver in entry.assignment.drivers:
        names |= names_in(ast.parse(supplied[driver]))
    return list(mutants(sources, names))


class Survey:
    """Tries mutants of the solution one after the other.

    Parameters
    ----------
    judge
        Runs the hidden suite.
    seed
        Of the recordings, variations and judgements: the same gives the same fates.
    seconds
        Of CPU time, for one mutant.

    """

    def __init__(self, judge: Judge, *, seed: int = 0, seconds: float = SECONDS) -> None:
        self._judge, self._seed, self._seconds = judge, seed, seconds
        self._files = judge.entry.solution_files()
        self._bodies = {
            path: _lines_of_bodies(content.decode()) for path, content in self._files.items()
        }
        with seeded(seed):
            tapes = [
                tape
                for number in range(SEEDS)
                for tape in record(judge, self._files, seed + number)
            ]
        # Who wins a race differs from time to time, and its values are judged elsewhere.
        tapes = sorted((t for t in tapes if not t.timed), key=lambda tape: tape.steps)
        self._tapes = tapes
        short = [tape for tape in tapes if tape.steps <= _MANY_STEPS]
        self._probes = make_probes(judge, self._files, short, variations=VARIATIONS, seed=seed)

    def try_all(self, chosen: Sequence[Mutant]) -> Iterator[Tried]:
        """Yield the fate of each mutant."""
        for mutant in chosen:
            yield self.try_one(mutant)

    def try_one(self, mutant: Mutant) -> Tried:
        """Judge a mutant unless it is equivalent, by the first check that fails."""
        if not any(self._runs(tape, mutant) for tape in self._tapes):
            return Tried(mutant, Fate.UNREACHED)
        files = {**self._files, mutant.path: mutant.source.encode()}
        tried = Tried(mutant, Fate.SURVIVED)
        with seeded(self._seed), cpu_limit(self._seconds) as watch, suppress(TooLongError):
            tried = self._tried(mutant, files)
        if watch.expired and tried.fate is not Fate.KILLED:
            return Tried(mutant, Fate.KILLED, "took too long")
        return tried

    def _tried(self, mutant: Mutant, files: Mapping[str, bytes]) -> Tried:
        """Ask first the criterion whose calls differ, then the others, the long ones last."""
        probes = [probe for probe in self._probes if self._runs(probe.tape, mutant)]
        first = self._telling(files, probes)
        if probes and not first:
            return Tried(mutant, Fate.EQUIVALENT)
        others = dict.fromkeys(tape.criterion for tape in self._tapes if self._runs(tape, mutant))
        long = {tape.criterion for tape in self._tapes if tape.steps > _MANY_STEPS}
        for criteria in ({first} - {""}, others.keys() - {first} - long, others.keys() & long):
            check = self._killer(files, criteria) if criteria else ""
            if check:
                return Tried(mutant, Fate.KILLED, check)
        return Tried(mutant, Fate.SURVIVED)

    def _telling(self, files: Mapping[str, bytes], probes: Sequence[Probe]) -> str:
        """Return a criterion whose calls tell a mutant from the solution, "" for an equivalent.

        Recorded calls are asked before varied ones: a check fails by those it makes.
        """
        with self._judge.opened(files) as (sessions, workspace):
            player = Player(self._judge, sessions.plain, workspace)
            return next((p.tape.criterion for p in probes if p.differs(player)), "")

    def _runs(self, tape: Tape, mutant: Mutant) -> bool:
        """Tell whether a tape runs a line of it; what stands in no function runs always."""
        lines = range(mutant.line, mutant.last_line + 1)
        bodies = self._bodies[mutant.path]
        return any((mutant.path, n) in tape.lines or n not in bodies for n in lines)

    def _killer(self, files: Mapping[str, bytes], criteria: set[str]) -> str:
        """Return the first check of the criteria that fails."""
        judged = self._judge.judge(files, seed=self._seed, only=criteria, enough=_failed)
        return next((check.id for check in judged.checks if _failed(check)), "")


def _lines_of_bodies(source: str) -> set[int]:
    """Return the lines that run when a function is called; the others run at the import."""
    bodies = (
        node.body for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)
    )
    return {
        line
        for body in bodies
        for line in range(body[0].lineno, (body[-1].end_lineno or body[-1].lineno) + 1)
    }


def _failed(check: CheckResult) -> bool:
    return check.outcome.meaning.fault == "student"
