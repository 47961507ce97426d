"""The one record that grading makes. Every page, table and export is a function of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from grader.core.finding import CheckResult, Diagnosis
from grader.core.score import CriterionScore, Score

FORMAT = "grading-harness/report/1"


@dataclass(frozen=True)
class SubmittedFile:
    """A file that took part; `origin` is "student", "template" or "missing"."""

    path: str
    origin: str
    sha256: str = ""


@dataclass(frozen=True)
class Submission:
    """What was handed in.

    `digest` is the SHA-256 over paths and contents. `received` says when (ISO 8601 with an offset
    from UTC), "" where nobody knows. `ids` are what platforms call the student, such as
    {"canvas": "1234"}; `members` are the students who share it, none where it is one's own.
    `member_ids` says the same of each of them as `ids`, in their order; empty where nobody knows.
    """

    student: str
    name: str
    digest: str
    files: list[SubmittedFile] = field(default_factory=list)
    received: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    member_ids: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Conditions:
    """Under which conditions grading ran; with the same ones it gives the same scores.

    `seed` is the seed of the run, `tier` and `layers` name the walls. `diagnosis` is what students
    read of known mistakes: "hint" (the name, too), "name" or "nothing".
    """

    assignment: str
    title: str
    version: str
    grader: str
    seed: int | None
    tier: str
    layers: list[str]
    diagnosis: str = "hint"


@dataclass(frozen=True)
class Usage:
    """What grading took, CPU time of grader, student's processes and notebook's kernel together.

    A kernel that ended itself counts up to the cell before: nobody can ask it later. The only
    numbers of a report that differ when it is made again.
    """

    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0


@dataclass(frozen=True)
class CellRecord:
    """What became of one cell of a notebook; `index` counts all cells, from 0.

    `template` are the ids of the template's cells that it stands for. `status` says how it ended
    when it was run here ("" where it was not), `diff` how a given cell was changed.
    """

    index: int
    template: list[str] = field(default_factory=list)
    status: str = ""
    notes: list[str] = field(default_factory=list)
    diff: str = ""


@dataclass(frozen=True)
class EvidenceRecord:
    """A number that a cell shows, held against that of a fresh run; null is NaN or infinite."""

    cell: str
    label: str
    verdict: str
    sentence: str
    shown: list[float | None]
    fresh: list[float | None]

    @property
    def contradicts(self) -> bool:
        """Whether the code in the hand-in gives something else than the notebook shows."""
        return self.verdict == "CONTRADICTS"


@dataclass(frozen=True)
class AnswerRecord:
    """A written answer, for a person to grade; `criterion` is "" for a question without points."""

    criterion: str
    question: str
    prompt: str
    text: str
    blank: bool


@dataclass(frozen=True)
class IncidentRecord:
    """What befell an execution, of one kind: how many times, and the first one.

    `cell` counts all cells, from 1; `detail` says what it was there, "" where there is no more.
    """

    what: str
    count: int
    cell: int
    detail: str = ""


@dataclass(frozen=True)
class NotebookRecord:
    """The notebook of a hand-in.

    `document` is its nbformat 4.5 form: the executed copy where it was `executed` here, otherwise
    as it was handed in. `missing` are template cells that it does not have; `places` says what a
    reader calls the cells of the template, by their ids. `incidents` are what it was refused and
    the limits at which it was stopped.
    """

    name: str
    executed: bool
    cells: list[CellRecord]
    missing: list[str]
    evidence: list[EvidenceRecord]
    answers: list[AnswerRecord]
    notes: list[str]
    document: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)
    incidents: list[IncidentRecord] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """One graded hand-in.

    `notes` are for the student (nothing in them costs a point). For staff only are `staff_notes`,
    and `asked`: what code asked for that no worker has. One that is `unfinished` was made while
    grading went on.
    """

    submission: Submission
    conditions: Conditions
    score: Score
    criteria: list[CriterionScore]
    checks: list[CheckResult]
    notes: list[str] = field(default_factory=list)
    staff_notes: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    notebook: NotebookRecord | None = None
    unfinished: bool = False
    format: str = FORMAT


def _told(diagnosis: tuple[Diagnosis, ...], what: str) -> tuple[Diagnosis, ...]:
    if what == "hint":
        return diagnosis
    return tuple(replace(each, hint="") for each in diagnosis) if what == "name" else ()


def student_view(report: Report) -> Report:
    """Return the record as its student may see it.

    Gone are the seed, what findings keep for staff, staff notes, what code asked for, and the names
    of hidden checks (their sentences stay, they are written for the student); of known mistakes
    what the assignment does not tell; what staff read of a notebook's execution beside its cells;
    and, as a group has one record, the ids of its members.
    """
    return replace(
        report,
        submission=replace(report.submission, member_ids=[]),
        conditions=replace(report.conditions, seed=None),
        checks=[
            replace(
                check,
                id=f"{check.criterion}-{number}",
                finding=replace(check.finding, secret={}),
                diagnosis=_told(check.diagnosis, report.conditions.diagnosis),
                seconds=0.0,
            )
            for number, check in enumerate(report.checks, 1)
        ],
        staff_notes=[],
        asked=[],
        usage=Usage(),
        notebook=report.notebook and replace(report.notebook, incidents=[]),
    )
