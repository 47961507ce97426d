"""Audit an assignment: share the work among processes, and put together what they find."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Container, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import grader
from grader.audit.flakes import flakes
from grader.audit.generic import Fate, Survey, Tried, figures, mutants_of
from grader.audit.judge import Judge, with_judge
from grader.audit.mutate import Mutant
from grader.audit.subjects import Scope, Subject, find_scope, judge_subject, subjects
from grader.audit.tolerance import tolerances
from grader.catalog import Entry
from grader.core.audit import (
    Audit,
    CheckValue,
    Flake,
    Flakes,
    Mutants,
    Survivor,
    Verdict,
)
from grader.core.finding import CheckResult
from grader.numeric.compare import Measurement
from grader.sandbox.policy import STEADY

# So many pieces of work of a kind for each process: every piece begins with loading the suite, and
# a piece with subjects loads the solution with each mistake.
_PIECES = {"subjects": 2, "seeds": 8, "mutants": 3}
# Seeds take so little time that fewer of them are no piece of their own.
_FEWEST_SEEDS = 10

# Told of a kind of work, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass
class _Found:
    """What one piece of work found."""

    verdicts: list[Verdict] = field(default_factory=list)
    measured: dict[str, dict[str, list[Measurement]]] = field(default_factory=dict)
    checks: dict[str, CheckResult] = field(default_factory=dict)
    flakes: list[Flake] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)

    def add(self, other: _Found) -> None:
        self.verdicts += other.verdicts
        self.measured |= other.measured
        self.checks |= other.checks
        self.flakes += other.flakes
        self.tried += other.tried


@dataclass(frozen=True)
class Extent:
    """How much an audit tries.

    `seeds` that a correct hand-in is graded with, whether generic `mutants` of the solution are
    tried, and whether known mistakes are judged in the `styles` of the variants, too.
    """

    seeds: int
    mutants: bool = True
    styles: bool = False


@dataclass(frozen=True)
class _Piece:
    """A piece of work of some kind, and how much of it that is."""

    kind: str
    count: int
    do: Callable[[Judge], _Found]


def audit(
    entry: Entry, extent: Extent, *, jobs: int, progress: Progress = lambda *_: None
) -> Audit:
    """Audit an assignment with so many processes.

    `progress` is told of what is done. Raises ConfigurationError where assignment, solution and
    suite do not fit together.
    """
    if entry.assignment.c is not None:
        extent = replace(extent, mutants=False)  # of Python alone
    every = subjects(entry, styles=extent.styles)
    scope = _scope_of(entry)
    pieces = _pieces(entry, extent, every, scope, jobs)
    totals = Counter[str]()
    for piece in pieces:
        totals[piece.kind] += piece.count
    found, ready = _Found(), Counter[str]()
    # Times as in a worker, and spawned: nothing of one piece is left for the next.
    os.environ |= STEADY
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting = {pool.submit(_work, entry, piece.do): piece for piece in pieces}
        for kind, total in totals.items():
            progress(kind, 0, total)
        for done in as_completed(waiting):
            found.add(done.result())
            kind = waiting[done].kind
            ready[kind] += waiting[done].count
            progress(kind, ready[kind], totals[kind])
    return _put_together(entry, extent, every, scope, found)


def _pieces(
    entry: Entry, extent: Extent, every: Sequence[Subject], scope: Scope, jobs: int
) -> list[_Piece]:
    correct = [subject for subject in every if subject.is_correct]
    untimed = scope.code - scope.timed
    pieces = [
        _Piece("subjects", len(part), partial(_judge, subjects=part, scope=scope))
        for part in _parts("subjects", every, jobs)
    ]
    pieces += [
        _Piece("seeds", len(part), partial(_shake, correct=correct, seeds=part, criteria=untimed))
        for part in _parts("seeds", range(extent.seeds), jobs)
    ]
    mutants = mutants_of(entry) if extent.mutants else []
    pieces += [
        _Piece("mutants", len(part), partial(_mutate, mutants=part))
        for part in _parts("mutants", mutants, jobs)
    ]
    return pieces


def _parts(kind: str, items: Sequence[Any], jobs: int) -> list[Sequence[Any]]:
    """Split work into pieces that take about as long: neighbours are alike."""
    count = _PIECES[kind] * jobs
    if kind == "seeds":
        count = max(1, min(count, len(items) // _FEWEST_SEEDS))
    return [part for start in range(count) if (part := items[start::count])]


def _scope_of(entry: Entry) -> Scope:
    found: list[Scope] = []
    with_judge(entry, lambda judge: found.append(find_scope(judge)))
    return found[0]


def _work(entry: Entry, do: Callable[[Judge], _Found]) -> _Found:
    """Do one piece of work, in a process of its own."""
    found: list[_Found] = []
    with_judge(entry, lambda judge: found.append(do(judge)))
    return found[0]


def _judge(judge: Judge, subjects: Sequence[Subject], scope: Scope) -> _Found:
    found = _Found()
    for subject in subjects:
        verdict, judged = judge_subject(judge, subject, scope)
        found.verdicts.append(verdict)
        found.measured[subject.name] = judged.measured
        if subject.kind == "solution":
            found.checks |= {check.id: check for check in judged.checks}
    return found


def _shake(
    judge: Judge, correct: Sequence[Subject], seeds: Sequence[int], criteria: Container[str]
) -> _Found:
    return _Found(flakes=flakes(judge, correct, seeds, criteria))


def _mutate(judge: Judge, mutants: Sequence[Mutant]) -> _Found:
    return _Found(tried=list(Survey(judge).try_all(mutants)))


def _put_together(
    entry: Entry, extent: Extent, every: Sequence[Subject], scope: Scope, found: _Found
) -> Audit:
    # Pieces end in any order; the record does not depend on it.
    order = {subject.name: place for place, subject in enumerate(every)}
    verdicts = sorted(found.verdicts, key=lambda verdict: order[verdict.name])
    mistakes = [verdict for verdict in verdicts if verdict.kind == "misconception"]
    kinds = {verdict.name: verdict.kind for verdict in verdicts}
    correct, wrong = (
        {name: m for name, m in found.measured.items() if kinds[name] in wanted}
        for wanted in (("solution", "variant"), ("misconception",))
    )
    failed = {verdict.name: set(verdict.failed) for verdict in mistakes}
    return Audit(
        assignment=entry.assignment.slug,
        title=entry.assignment.title,
        version=entry.assignment.version,
        grader=grader.__version__,
        criteria={c.id: c.title for c in entry.assignment.criteria if c.id in scope.code},
        verdicts=verdicts,
        checks=[
            CheckValue(c.id, c.criterion, c.title, [m.name for m in mistakes if c.id in m.failed])
            for c in found.checks.values()
        ],
        tolerances=tolerances(found.checks, correct, wrong, failed),
        flakes=Flakes(extent.seeds, sorted(found.flakes, key=lambda f: (f.seed, f.check))),
        mutants=_mutants(found.tried) if extent.mutants else None,
    )


def _mutants(tried: Sequence[Tried]) -> Mutants:
    counted = figures(tried)
    survivors = [each.mutant for each in tried if each.fate is Fate.SURVIVED]
    return Mutants(
        killed=counted.fates[Fate.KILLED],
        equivalent=counted.fates[Fate.EQUIVALENT],
        unreached=counted.fates[Fate.UNREACHED],
        survivors=[
            Survivor(m.path, m.line, m.operator, m.before, m.after)
            for m in sorted(survivors, key=lambda m: (m.path, m.line, m.operator, m.after))
        ],
        operators={
            operator: {fate.value: count for fate, count in sorted(fates.items())}
            for operator, fates in sorted(counted.operators.items())
        },
    )
