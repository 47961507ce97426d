"""Grade one hand-in where a CI or a course platform asks for it; make the platform's package."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from grader import catalog
from grader.ci.delivery import Delivery, folder_in
from grader.ci.package import Settings, package_gradescope
from grader.ci.place import Place, find_place
from grader.commands.options import Options
from grader.commands.stopping import sigterm_as_ctrl_c
from grader.core.assignment import Assignment, total
from grader.core.errors import UsageError
from grader.core.report import Report
from grader.core.score import Score, Status
from grader.core.text import no_command, visible
from grader.intake.submissions import HandIn, require_readable, singles
from grader.intake.tree import ARCHIVES, is_archive
from grader.render.github import annotation_commands
from grader.render.gradescope import VISIBILITIES
from grader.render.markdown import report_markdown
from grader.render.text import one_line
from grader.render.words import counted
from grader.reporting import broken_report, unfinished_report
from grader.run import Run
from grader.sandbox.tier import NO_WALLS
from grader.serial import GradeOne, with_grader

_GRADED, _NOT_GRADED = 0, 1
_FOLDER = Path("grader-ci")


@dataclass(frozen=True)
class Wishes:
    """What the command line says of a report, beside how it is made."""

    folder: Path | None
    formats: Sequence[str]
    out: Path | None
    student: str | None
    visibility: Sequence[str]
    fail_under: float
    tell_staff: bool


@sigterm_as_ctrl_c()
def ci(assignment: str, wishes: Wishes, options: Options) -> int:
    """Grade one hand-in and write its report in the formats asked for; return the exit code.

    Stopped, it leaves the report of what was known.
    """
    staff = Console(stderr=True, highlight=False)
    try:
        return _ci(assignment, wishes, options, staff)
    except KeyboardInterrupt:
        staff.print("grader: stopped; the report holds what was known until then", soft_wrap=True)
        return _NOT_GRADED


def _ci(assignment: str, wishes: Wishes, options: Options, staff: Console) -> int:
    place = find_place(os.environ)
    entry = catalog.find_assignment(assignment, among_strangers=True)
    visibility = read_visibility(wishes.visibility, entry.assignment)
    hand_in = _hand_in(place, wishes, entry.assignment)
    formats = wishes.formats or place.formats
    out = wishes.out or place.out
    if out is None and set(formats) - {"github", "markdown"}:
        out = _FOLDER
    delivery = Delivery(formats, out, os.environ, visibility)
    # At once, so that no earlier run's results are taken for this one's.
    delivery.write(unfinished_report(Run(entry, options.seed, NO_WALLS), hand_in))
    report = _grade(options.run(entry, [hand_in]), hand_in, delivery)
    _tell(report, formats, folder_in(place.workspace, hand_in.path))
    withheld = report.score.status is Status.BROKEN
    if wishes.tell_staff:
        # They quote students.
        for line in (line for note in report.staff_notes for line in note.splitlines()):
            staff.print(Text(no_command(f"staff: {line}")), soft_wrap=True)
    elif withheld:
        staff.print("grader: not graded; --tell-staff says why, where no student reads it")
    console = Console(highlight=False)
    for path in delivery.paths:
        console.print(Text(f"Report: {path}"), soft_wrap=True)
    if withheld:
        return _NOT_GRADED
    return _NOT_GRADED if _is_under(report.score, wishes.fail_under) else _GRADED


def package(assignment: str, out: Path, settings: Settings) -> int:
    """Write the autograder of an assignment for Gradescope; return the exit code."""
    entry = catalog.find_assignment(assignment)
    read_visibility(settings.visibility, entry.assignment)
    package_gradescope(entry, out, settings)
    rubric = entry.assignment.criteria
    decided = total(line.points for line in rubric if not line.bonus and not line.answer)
    console = Console(highlight=False)
    console.print(Text(f"Upload {out} as the autograder of a programming assignment."),
                  soft_wrap=True)  # fmt: skip
    console.print(f"Autograder points: {counted(decided, 'point')} are decided by it; "
                  "written answers and bonus are not among them.", soft_wrap=True)  # fmt: skip
    return _GRADED


def read_visibility(wishes: Sequence[str], assignment: Assignment) -> dict[str, str]:
    """Return by criterion when Gradescope shows it, under "" for all others.

    Raises UsageError for a criterion or a word that does not exist.
    """
    found: dict[str, str] = {}
    for wish in wishes:
        criterion, _, when = wish.rpartition("=")
        if when not in VISIBILITIES:
            raise UsageError(f"--visibility {wish}: use one of {', '.join(VISIBILITIES)}")
        if criterion and criterion not in {line.id for line in assignment.criteria}:
            raise UsageError(f"--visibility {wish}: {assignment.slug} has no such criterion")
        found[criterion] = when
    return found


def _hand_in(place: Place, wishes: Wishes, assignment: Assignment) -> HandIn:
    path = wishes.folder or place.folder
    require_readable(path)
    alone = singles(assignment)
    if not path.is_dir() and not (is_archive(path) or path.suffix in alone):
        kinds = ", ".join((*alone, *ARCHIVES))
        raise UsageError(f"{path} is no hand-in: give a folder or a file ending in {kinds}")
    # A dot has no name.
    path = path.absolute() if path.name else path.resolve()
    if wishes.student:
        # Whoever started this is somebody else.
        return HandIn(visible(wishes.student, 100), path)
    student = place.student or visible(path.stem, 100) or "unnamed"
    return HandIn(student, path, place.received, place.ids, place.members)


def _grade(run: Run, hand_in: HandIn, delivery: Delivery) -> Report:
    """Grade and keep the files of the report up to date; they never stay as if all were well."""
    reports: list[Report] = []

    def body(grade_one: GradeOne) -> None:
        reports.append(grade_one(hand_in, watch=delivery.write))

    try:
        with_grader(run, body)
    except Exception as error:
        delivery.write(broken_report(run, hand_in, f"{type(error).__name__}: {error}"))
        raise
    delivery.write(reports[0])
    return reports[0]


def _tell(report: Report, formats: Collection[str], folder: str) -> None:
    console = Console(highlight=False)
    if "markdown" in formats:
        page = report_markdown(report)
        if console.is_terminal:
            console.print(Markdown(page))
        else:
            console.print(Text(page), soft_wrap=True)
    if "github" in formats:
        for line in annotation_commands(report, folder):
            console.print(Text(line), soft_wrap=True)
    console.print(Text(one_line(report)), soft_wrap=True)


def _is_under(score: Score, percent: float) -> bool:
    """Say whether what is decided so far falls short of its share of what is decided so far."""
    decided = max(0.0, score.possible - score.pending)
    return 100 * (score.earned or 0.0) < percent * decided
