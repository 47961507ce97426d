"""What collate.py would have said of a hand-in: nothing of it costs a point by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.bundle.collating import notebooks
from grader.catalog import Entry
from grader.core.finding import CheckResult
from grader.intake.workspace import Workspace
from grader.notebook.document import Document
from grader.notebook.study import Study

_NEVER_RUN = "never run"


def remarks(
    entry: Entry,
    workspace: Workspace,
    template: Document | None,
    study: Study | None,
    checks: Sequence[CheckResult],
) -> Iterator[str]:
    """Yield sentences for the student: files as they were handed out, a notebook not run through.

    `template` is the notebook that was handed out. What findings say of cells that were never run
    is not said again.
    """
    for path in entry.assignment.student_files:
        stub, source = entry.folders.template / path, workspace.sources.get(_place(workspace, path))
        if source is not None and stub.is_file() and _same(source, stub.read_bytes()):
            yield f"{_place(workspace, path)} is as it was handed out"
    if study is None:
        return
    notebook = study.handed_in.student.raw
    blank = "" if template is None else notebooks.notebook_digest(template.raw)
    if notebooks.notebook_digest(notebook) == blank:
        yield f"{study.path} is as it was handed out"
        return
    cells = notebooks.code_cells(notebook)
    told = any(_NEVER_RUN in check.finding.what for check in checks)
    for problem in (notebooks.out_of_order(cells), "" if told else notebooks.never_run(cells)):
        if problem:
            yield f"{study.path} {problem}"


def _place(workspace: Workspace, path: str) -> str:
    return workspace.located.get(path, path)


def _same(source: str, stub: bytes) -> bool:
    return notebooks.text_digest(source.encode("utf-8", "replace")) == notebooks.text_digest(stub)
