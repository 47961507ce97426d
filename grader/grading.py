"""Grade one hand-in: the steps, in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grader.checks.plugin import Subject
from grader.checks.reference import Reference, load_reference
from grader.checks.run import RunChecks, unobserved
from grader.checks.shown import ShownNotebook
from grader.checks.student import Student
from grader.core.errors import ConfigurationError, GraderError, SubmissionError
from grader.core.finding import CheckResult
from grader.core.outcome import Outcome
from grader.core.report import Report, Usage
from grader.crew import Crew, Sessions, open_sessions
from grader.diagnosis import Diagnostician
from grader.intake.opening import open_files
from grader.intake.submissions import HandIn
from grader.intake.tree import Tree
from grader.intake.workspace import Workspace, make_workspace
from grader.notebook.incidents import staff_lines
from grader.notebook.read import read_notebook
from grader.notebook.study import Study
from grader.notebooks import Desk, answer_checks, record_notebook
from grader.remarks import remarks
from grader.reporting import broken_report, graded_report, unfinished_report
from grader.run import Run
from grader.sandbox.fault import Fault
from grader.sandbox.session import Session

# Is told what is known so far.
Watch = Callable[[Report], None]


@dataclass(frozen=True)
class Warm:
    """What is ready before the first hand-in comes, and serves them all.

    `crew` is for hand-ins. `yardstick` is the reference in the sandbox, `reference` the
    same in this process. `diagnostician` names known mistakes, `desk` is for notebooks.
    """

    crew: Crew
    yardstick: Session
    reference: Reference
    run_checks: RunChecks
    diagnostician: Diagnostician
    desk: Desk | None


@dataclass(frozen=True)
class Opened:
    """A hand-in that has been read: its source, and its notebooks by path."""

    workspace: Workspace
    notebooks: dict[str, bytes]


def open_hand_in(run: Run, hand_in: HandIn) -> Opened:
    """Read a hand-in; one that cannot be opened holds nothing."""
    assignment = run.entry.assignment
    try:
        tree, problem = open_files(hand_in, assignment), ""
    except SubmissionError as error:
        tree, problem = Tree(), str(error)
    workspace = make_workspace(assignment, tree.files, run.entry.supplied_files(), problem)
    workspace.notes.extend(tree.notes)
    notebooks = {path: content for path, content in tree.files.items() if path.endswith(".ipynb")}
    return Opened(workspace, notebooks)


def warm_up(run: Run, crew: Crew, run_checks: RunChecks, progress: Callable[[str], None]) -> Warm:
    """Load the reference solution, in this process and as a session that imports it on demand.

    `progress` is told which cell of a notebook runs. Raises ConfigurationError where the solution
    does not load, or build.
    """
    entry = run.entry
    workspace = make_workspace(entry.assignment, entry.solution_files(), entry.supplied_files())
    yardstick = open_sessions(run, crew, workspace, yardstick=True)
    truth = workspace.sources
    if entry.assignment.c is not None:
        truth = {path: content.decode() for path, content in entry.truth_files().items()}
    reference = load_reference(entry.assignment, truth)
    diagnostician = Diagnostician(entry, reference, truth)
    desk = _desk(run, progress)
    return Warm(crew, yardstick.plain, reference, run_checks, diagnostician, desk)


def _desk(run: Run, progress: Callable[[str], None]) -> Desk | None:
    notebook, template = run.entry.assignment.notebook, run.entry.template_notebook()
    if notebook is None or template is None:
        return None
    try:
        document = read_notebook(template).marked(notebook.marks)
    except KeyError as error:
        raise ConfigurationError(f"notebook.marks: the template has no cell {error}") from None
    return Desk(run.entry, notebook, document, run.tier.walls, run.mode, run.no_kernel, progress)


def subject_of(
    run: Run, warm: Warm, sessions: Sessions, digest: str, shown: ShownNotebook
) -> Subject:
    """Return what the suite runs against: sessions, and the yardstick, all getting ready."""
    warm.yardstick.pool.fresh()
    sessions.start()
    warm.yardstick.pool.start()
    assignment = run.entry.assignment
    checked = sessions.checked
    return Subject(
        student=Student(sessions.plain, assignment),
        sanitized=None if checked is None else Student(checked, assignment),
        reference_student=Student(warm.yardstick, assignment),
        reference=warm.reference,
        seed_parts=(assignment.slug, assignment.version, digest, run.seed),
        notebook=shown,
    )


def grade(run: Run, warm: Warm, hand_in: HandIn, watch: Watch | None = None) -> Report:
    """Grade one hand-in and return the record; `watch` gets what is known after each check."""
    started, cpu = time.monotonic(), time.process_time() + warm.yardstick.pool.cpu_seconds
    assignment = run.entry.assignment
    opened = open_hand_in(run, hand_in)
    workspace = opened.workspace
    known: Study | Fault = Fault(Outcome.BROKEN, "this assignment has no notebook")
    if warm.desk is not None:
        known = warm.desk.study(opened.notebooks, workspace)
    shown, answers = ShownNotebook(known), answer_checks(assignment, known)

    def observe(done: Sequence[CheckResult], to_come: Sequence[CheckResult]) -> None:
        if watch is not None:
            watch(unfinished_report(run, hand_in, workspace, [*done, *to_come, *answers]))

    sessions = open_sessions(run, warm.crew, workspace)
    workspace.notes.extend(sessions.made.notes)
    subject = subject_of(run, warm, sessions, workspace.digest, shown)
    try:
        checks = warm.run_checks(subject, observe=observe if watch else unobserved)
    finally:
        sessions.close()
    checks = warm.diagnostician.diagnose(checks, subject.traces)
    checks += answers
    cpu = time.process_time() + warm.yardstick.pool.cpu_seconds + sessions.cpu_seconds - cpu
    execution = None if isinstance(known, Fault) else known.execution
    cpu += execution.cpu_seconds if execution else 0.0
    usage = Usage(round(time.monotonic() - started, 3), round(cpu, 3))
    report = replace(
        graded_report(run, hand_in, workspace, sessions.plain.pool, checks), usage=usage
    )
    template = warm.desk.template if warm.desk else None
    studied = None if isinstance(known, Fault) else known
    report.notes.extend(remarks(run.entry, workspace, template, studied, checks))
    if isinstance(known, Fault):
        return report
    incidents = staff_lines(execution.cells) if execution else []
    return replace(
        report,
        notebook=record_notebook(assignment, known, shown),
        staff_notes=[*report.staff_notes, *incidents],
    )


def grade_or_explain(run: Run, warm: Warm, hand_in: HandIn, watch: Watch | None = None) -> Report:
    """Grade one hand-in; a failure of ours becomes a withheld score that says why."""
    try:
        return grade(run, warm, hand_in, watch)
    except GraderError as error:
        return broken_report(run, hand_in, str(error))
    except Exception as error:  # noqa: BLE001 - one hand-in must not end the class
        return broken_report(run, hand_in, f"{type(error).__name__}: {error}")
