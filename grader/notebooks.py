"""The notebook of one hand-in, from its file to its part of the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.catalog import Entry
from grader.checks.shown import ShownNotebook
from grader.core.assignment import Assignment, Notebook
from grader.core.errors import SandboxError, SubmissionError
from grader.core.finding import CheckResult, Finding
from grader.core.outcome import Outcome
from grader.core.report import AnswerRecord, CellRecord, NotebookRecord
from grader.intake.workspace import Workspace
from grader.kernels import surroundings
from grader.notebook.align import Match
from grader.notebook.answers import Answer, answers
from grader.notebook.arrangement import arrangement, copies
from grader.notebook.document import Document
from grader.notebook.execution import Mode, NotebookLimits, mode_of, should_execute
from grader.notebook.folder import beside
from grader.notebook.incidents import incidents
from grader.notebook.read import read_notebook
from grader.notebook.study import Study, study
from grader.sandbox.fault import Fault
from grader.sandbox.policy import Walls


@dataclass(frozen=True)
class Desk:
    """What the notebooks of a class are studied with: the template's, the walls, when to run.

    `no_kernel` says why none may be run, if so; `progress` is told which cell runs.
    """

    entry: Entry
    notebook: Notebook
    template: Document
    walls: Walls
    mode: Mode
    no_kernel: str
    progress: Callable[[str], None]

    def study(self, notebooks: Mapping[str, bytes], workspace: Workspace) -> Study | Fault:
        """Study a hand-in's notebook, or say why there is none.

        Raises SandboxError where it is to be run and no kernel can be started.
        """
        path = _locate(self.notebook.path, notebooks)
        if workspace.problem:
            return Fault(Outcome.UNREADABLE, workspace.problem)
        if path is None:
            return Fault(Outcome.MISSING, f"{self.notebook.path} was not handed in")
        try:
            document = read_notebook(notebooks[path])
        except SubmissionError as error:
            return Fault(
                Outcome.UNREADABLE,
                f"the notebook cannot be read: {error}",
                where=path,
                hint="Open it in Jupyter, save it, and hand it in again.",
            )
        around = None
        if should_execute(mode_of(self.notebook.execute, self.mode), document.raw):
            if self.no_kernel:
                raise SandboxError(self.no_kernel)
            around = surroundings(self.entry, self.notebook, self.walls)
        limits = NotebookLimits(
            cell_seconds=self.notebook.cell_seconds,
            total_seconds=self.notebook.total_seconds,
            memory_bytes=self.notebook.memory_mb << 20,
        )
        files = self._files(path, workspace, document)
        return study(self.template, path, document, files, around, limits, self.progress)

    def _files(self, path: str, workspace: Workspace, document: Document) -> dict[str, bytes]:
        drivers = self.entry.assignment.drivers
        sources = {
            place: text.encode("utf-8", "surrogatepass")
            for place, text in workspace.sources.items()
            if place not in drivers
        }
        given = {
            place: content
            for place, content in self.entry.notebook_files().items()
            if workspace.located.get(place, place) == place
        }
        own = {place: text for place, text in sources.items() if place not in given}
        packages = self.entry.assignment.imports.packages
        return beside(path, own, given, packages, document)


def _locate(name: str, notebooks: Mapping[str, bytes]) -> str | None:
    """Return the path of the notebook: the one of that name, or else the largest, near the top."""
    wanted = PurePosixPath(name).name
    return min(
        notebooks,
        key=lambda path: (
            PurePosixPath(path).name != wanted,
            path.count("/"),
            -len(notebooks[path]),
            path,
        ),
        default=None,
    )


def answer_checks(assignment: Assignment, known: Study | Fault) -> list[CheckResult]:
    """Return one result for each criterion that is a written answer: a person will grade it.

    Also in a notebook that we cannot read: a person may.
    """
    written = {} if isinstance(known, Fault) else _answers(known)
    checks = []
    for criterion in assignment.criteria:
        if not criterion.answer:
            continue
        answer = written.get(criterion.answer)
        if isinstance(known, Fault):
            missing = known.outcome is Outcome.MISSING
            outcome, fraction = (known.outcome, 0.0) if missing else (Outcome.AWAITING, None)
            finding = Finding(known.what, hint=known.hint)
        else:
            blank = answer is None or answer.blank
            outcome, fraction = Outcome.AWAITING, None
            finding = Finding("no answer was found" if blank else "")
        checks.append(
            CheckResult(
                id=f"answer[{criterion.id}]",
                criterion=criterion.id,
                title="A person reads and grades the answer.",
                outcome=outcome,
                fraction=fraction,
                finding=finding,
            )
        )
    return checks


def _answers(known: Study) -> dict[str, Answer]:
    """Return the answers by the id of the template's cell for them."""
    cells = [m.template.id for m in known.handed_in.matches if m.template.role == "answer"]
    return dict(zip(cells, answers(known.handed_in), strict=False))


def record_notebook(assignment: Assignment, known: Study, shown: ShownNotebook) -> NotebookRecord:
    """Return the notebook's part of the record."""
    alignment = known.fresh or known.handed_in
    criteria = {c.answer: c.id for c in assignment.criteria if c.answer}
    order = list(known.handed_in.places)
    return NotebookRecord(
        name=known.path,
        executed=known.execution is not None,
        cells=_cells(known),
        missing=[match.template.id for match in known.handed_in.matches if not match.found],
        evidence=sorted(shown.evidence, key=lambda line: order.index(line.cell)),
        answers=[
            AnswerRecord(
                criterion=criteria.get(cell, ""),
                question=answer.question,
                prompt=answer.prompt,
                text=answer.text,
                blank=answer.blank,
            )
            for cell, answer in _answers(known).items()
        ],
        notes=[*known.handed_in.student.notes, *arrangement(known.handed_in)],
        document=alignment.student.raw,
        places=known.handed_in.places,
        incidents=incidents(known.execution.cells) if known.execution else [],
    )


def _cells(known: Study) -> list[CellRecord]:
    """Return what is worth saying of single cells."""
    runs = {run.index: run for run in known.execution.cells} if known.execution else {}
    owners: dict[int, list[Match]] = {}
    again = copies(known.handed_in)
    for match in known.handed_in.matches:
        for cell in match.cells:
            owners.setdefault(cell.index, []).append(match)
    records = []
    for cell in known.handed_in.student.cells:
        run, matches = runs.get(cell.index), owners.get(cell.index, [])
        given = [m for m in matches if m.changed and m.template.role == "given"]
        records.append(
            CellRecord(
                index=cell.index,
                template=[match.template.id for match in matches],
                status=run.status.value if run else "",
                notes=[
                    *(run.notes if run else ()),
                    *([again[cell.index]] if cell.index in again else []),
                ],
                diff="\n".join(match.diff for match in given),
            )
        )
    return records
