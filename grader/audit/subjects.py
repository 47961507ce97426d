"""What an audit judges: the solution, the template, correct variants and known mistakes."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from grader.audit.judge import NO_NOTEBOOK, Judge, Judged
from grader.catalog import Entry
from grader.core.audit import IN_VARIANT, Verdict
from grader.core.misconception import Misconception
from grader.core.outcome import Outcome
from grader.misconceptions import (
    load_in_variants,
    load_misconceptions,
    made_in,
    solution_with,
    variant_files,
    variant_with,
)

# How often something that is timed is judged again before it counts: the machine may be busy.
_TRIES = 3


@dataclass(frozen=True)
class Subject:
    """Files to judge, and what they must earn."""

    name: str
    kind: str
    files: Mapping[str, bytes]
    mistake: Misconception | None = None

    @property
    def is_correct(self) -> bool:
        """Whether it must earn everything."""
        return self.kind in ("solution", "variant")


def subjects(entry: Entry, *, styles: bool) -> list[Subject]:
    """Return what an audit of the assignment judges; `styles` adds mistakes in variants' code."""
    variants, mistakes = variant_files(entry), load_misconceptions(entry)
    by_id = {mistake.id: mistake for mistake in mistakes}
    return [
        Subject("solution", "solution", entry.solution_files()),
        Subject("template", "template", _template(entry)),
        *(Subject(name, "variant", files) for name, files in variants.items()),
        *(Subject(m.id, "misconception", solution_with(entry, [m]), m) for m in mistakes),
        *(
            Subject(
                f"{each.mistake} in {each.variant}",
                IN_VARIANT,
                variant_with(variants[each.variant], each),
                by_id[each.mistake],
            )
            for each in (load_in_variants(entry) if styles else ())
        ),
    ]


def _template(entry: Entry) -> dict[str, bytes]:
    paths = {path: entry.folders.template / path for path in entry.assignment.student_files}
    return {name: path.read_bytes() for name, path in paths.items() if path.is_file()}


@dataclass(frozen=True)
class Scope:
    """The criteria that code decides; of these the timed ones, and those that no trace tells of."""

    code: frozenset[str]
    timed: frozenset[str]
    untraced: frozenset[str]

    def of(self, subject: Subject) -> frozenset[str]:
        """Return the criteria to judge a subject on: a race takes long, and says little of most."""
        mistake = subject.mistake
        if mistake is None:
            return self.code
        named = {*mistake.costs, *mistake.may_cost}
        passed_over = self.timed | (self.untraced if subject.kind == IN_VARIANT else frozenset())
        return self.code - (passed_over - named)


def find_scope(judge: Judge) -> Scope:
    """Return what an audit judges: neither answers nor what asks for a notebook."""
    judged = judge.judge(judge.entry.solution_files())
    asking = {c.criterion for c in judged.checks if c.finding.what == NO_NOTEBOOK.what}
    code = {c.id for c in judge.entry.assignment.criteria if not c.answer} - asking
    timed = {c.criterion for c in judged.checks if c.id in judged.timed}
    traced = {c.criterion for c in judged.checks if c.id in judged.traced}
    return Scope(frozenset(code), frozenset(timed), frozenset(code - traced))


def judge_subject(judge: Judge, subject: Subject, scope: Scope) -> tuple[Verdict, Judged]:
    """Judge one subject and say where it is not judged as it must be."""
    criteria, correct = scope.of(subject), subject.is_correct
    judged = judge.judge(subject.files, only=criteria, diagnose=True)
    for _ in range(_TRIES - 1):
        timed = [check for check in judged.checks if check.id in judged.timed]
        unsure = {c.criterion for c in timed if c.fraction is None or (correct and c.fraction < 1)}
        if not unsure:
            break
        judged = judged.again(judge.judge(subject.files, only=unsure))
    lost = {
        line.id: round(1.0 - share, 4)
        for line in judged.criteria.values()
        if (share := judged.share(line.id)) is not None and share < 1.0
    }
    mistake = subject.mistake
    verdict = Verdict(
        name=subject.name,
        kind=subject.kind,
        title=mistake.title if mistake else "",
        lost=lost,
        failed=[c.id for c in judged.checks if c.outcome is not Outcome.PASSED],
        costs=list(mistake.costs) if mistake else [],
        may_cost=list(mistake.may_cost) if mistake else [],
        beyond=_beyond(judged),
        named=sorted(_named(subject, judged)),
        untold=mistake is not None and not made_in([mistake], (".py",)),
        complaints=_complaints(subject, judged, lost, criteria),
    )
    return verdict, judged


def _named(subject: Subject, judged: Judged) -> set[str]:
    """Return the ids of the mistakes that a report would name.

    Of a mistake in a variant's code, in its own criteria: where layers share their code, they share
    a mistake in it, and it is right to say so.
    """
    mistake = subject.mistake if subject.kind == IN_VARIANT else None
    own = {*mistake.costs, *mistake.may_cost} if mistake else {c.criterion for c in judged.checks}
    return {each.id for c in judged.checks if c.criterion in own for each in c.diagnosis}


def _beyond(judged: Judged) -> float | None:
    """Return the largest deciding error of a failed check, in units of its tolerance."""
    failed = (c.id for c in judged.checks if c.outcome is Outcome.FAILED)
    deciding = (judged.measured[each][-1] for each in failed if judged.measured.get(each))
    beyond = [m.error / m.bound for m in deciding if m.error > m.bound > 0]
    return max(beyond, default=None)


def _complaints(
    subject: Subject, judged: Judged, lost: Mapping[str, float], criteria: Container[str]
) -> list[str]:
    broken = [c.id for c in judged.checks if c.outcome is Outcome.BROKEN]
    if broken:
        return [f"could not be judged: {', '.join(broken)}"]
    return [*_wrong_points(subject, judged, lost, criteria), *_wrong_names(subject, judged)]


def _wrong_names(subject: Subject, judged: Judged) -> list[str]:
    wrong = _named(subject, judged) - ({subject.mistake.id} if subject.mistake else set())
    return [f"is taken for {', '.join(sorted(wrong))}"] if wrong else []


def _wrong_points(
    subject: Subject, judged: Judged, lost: Mapping[str, float], criteria: Container[str]
) -> list[str]:
    if subject.kind == "template":
        earned = [key for key in judged.criteria if lost.get(key) != 1.0]
        return [f"earns points for {key}, as it is handed out" for key in earned]
    if subject.mistake is None:
        if not lost:
            return []
        shares = ", ".join(f"{share:.0%} of {key}" for key, share in lost.items())
        return [f"is correct and loses {shares}{_stopped(judged)}"]
    must, may = subject.mistake.costs, subject.mistake.may_cost
    found = [f"costs nothing of {key}" for key in must if key in criteria and key not in lost]
    if subject.kind == IN_VARIANT:  # where layers share their code, they share a mistake in it
        return found
    return found + [
        f"costs {share:.0%} of {key}, which is neither in costs nor in may_cost"
        for key, share in lost.items()
        if key not in (*must, *may)
    ]


def _stopped(judged: Judged) -> str:
    """Return how code stopped that should not, and where; "" where it did not."""
    for check in judged.checks:
        if check.outcome in (Outcome.RAISED, Outcome.MISSING, Outcome.CRASHED):
            words = (check.finding.what, check.finding.actual, check.finding.where)
            return f": {'; '.join(filter(None, words))}"
    return ""
