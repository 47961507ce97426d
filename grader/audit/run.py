"""Audit an assignment: share the work among processes, and put together what they find."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field

import grader
from grader.audit.flakes import flakes
from grader.audit.generic import Fate, Survey, Tried, figures, mutants_of
from grader.audit.judge import Judge, with_judge
from grader.audit.subjects import Scope, Subject, find_scope, judge_subject, subjects
from grader.audit.tolerance import tolerances
from grader.catalog import Entry
from grader.core.audit import (
    IN_VARIANT,
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

# So many subjects, seeds or mutants are one piece of work; each begins with loading the suite.
_PIECE = {"subjects": 12, "seeds": 60, "mutants": 150}

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
class _Piece:
    """A piece of work: which kind, and which of all that there are."""

    kind: str
    chosen: range


def audit(  # noqa: PLR0913 - what to audit with
    entry: Entry,
    *,
    seeds: int,
    jobs: int,
    quick: bool = False,
    styles: bool = False,
    progress: Progress = lambda *_: None,
) -> Audit:
    """Audit an assignment with so many seeds.

    A `quick` one leaves out generic mutants; with `styles` known mistakes are judged in the code of
    variants, too. `progress` is told of what is done. Raises ConfigurationError where assignment,
    solution and suite do not fit together.
    """
    # Mistakes in the code of variants come last.
    chosen = [each for each in subjects(entry) if styles or each.kind != IN_VARIANT]
    counts = {"subjects": len(chosen), "seeds": seeds}
    if not quick:
        counts["mutants"] = len(mutants_of(entry))
    scope = _scope_of(entry)
    found = _Found()
    # One thread each, and spawned: nothing of one piece is left for the next.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting: dict[Future[_Found], _Piece] = {
            pool.submit(_work, entry, piece, scope): piece for piece in _pieces(counts)
        }
        ready = Counter[str]()
        for kind, total in counts.items():
            progress(kind, 0, total)
        for done in as_completed(waiting):
            found.add(done.result())
            kind = waiting[done].kind
            ready[kind] += len(waiting[done].chosen)
            progress(kind, ready[kind], counts[kind])
    return _put_together(entry, scope, found, counts)


def _pieces(counts: dict[str, int]) -> Iterator[_Piece]:
    for kind, count in counts.items():
        size = _PIECE[kind]
        for start in range(0, count, size):
            yield _Piece(kind, range(start, min(count, start + size)))


def _scope_of(entry: Entry) -> Scope:
    found: list[Scope] = []
    with_judge(entry, lambda judge: found.append(find_scope(judge)))
    return found[0]


def _work(entry: Entry, piece: _Piece, scope: Scope) -> _Found:
    """Do one piece of work, in a process of its own."""
    found = _Found()
    do = {"subjects": _judge, "seeds": _shake, "mutants": _mutate}[piece.kind]
    with_judge(entry, lambda judge: do(judge, piece.chosen, scope, found))
    return found


def _judge(judge: Judge, chosen: range, scope: Scope, found: _Found) -> None:
    for subject in _chosen(judge.entry, chosen):
        verdict, judged = judge_subject(judge, subject, scope)
        found.verdicts.append(verdict)
        found.measured[subject.name] = judged.measured
        if subject.kind == "solution":
            found.checks |= {check.id: check for check in judged.checks}


def _chosen(entry: Entry, chosen: range) -> Sequence[Subject]:
    return subjects(entry)[chosen.start : chosen.stop]


def _shake(judge: Judge, chosen: range, scope: Scope, found: _Found) -> None:
    correct = [subject for subject in subjects(judge.entry) if subject.is_correct]
    found.flakes += flakes(judge, correct, chosen, scope.code - scope.timed)


def _mutate(judge: Judge, chosen: range, scope: Scope, found: _Found) -> None:
    del scope  # a mutant may cost anything
    every = mutants_of(judge.entry)[chosen.start : chosen.stop]
    found.tried += Survey(judge).try_all(every)


def _put_together(entry: Entry, scope: Scope, found: _Found, counts: dict[str, int]) -> Audit:
    # Pieces end in any order; the record does not depend on it.
    order = {subject.name: place for place, subject in enumerate(subjects(entry))}
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
        flakes=Flakes(counts["seeds"], sorted(found.flakes, key=lambda f: (f.seed, f.check))),
        mutants=_mutants(found.tried) if "mutants" in counts else None,
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
