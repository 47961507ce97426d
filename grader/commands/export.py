"""Bring the grades of a class to where the course keeps them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from grader.core.errors import UsageError
from grader.core.late import LatePolicy, LateScore, late_scores, unused_extensions
from grader.core.report import Report
from grader.core.score import CriterionScore
from grader.core.sheet import Sheet, parse_sheet
from grader.core.text import visible
from grader.deadlines import read_policy
from grader.publish import unfinished, write_whole
from grader.records import read_reports
from grader.render.csv import grades_csv
from grader.render.exports.canvas import canvas_filled, canvas_new
from grader.render.exports.each import gradescope_results, json_lines
from grader.render.exports.moodle import feedback_zip, moodle_filled, moodle_new
from grader.render.exports.people import Export, Grades, grades_of, in_several, named
from grader.render.junit import junit_xml
from grader.render.words import counted

_EXPORTED, _LEFT_OUT = 0, 1
_FOLDER = "exports"
_PLATFORMS = ("canvas", "moodle", "gradescope")
_NAMES = {"csv": "grades.csv", "json": "records.jsonl", "junit": "junit.xml"}
_IN_A_FOLDER = ("moodle", "gradescope")
# Which options mean something for which targets.
_OPTIONS = {
    "course": ("canvas", "moodle"),
    "column": ("canvas", "moodle"),
    "late": (*_PLATFORMS, "csv"),
    "include_awaiting": _PLATFORMS,
    "staff": ("json",),
}


@dataclass(frozen=True)
class Wishes:
    """The options of the command, as click gives them."""

    out: Path | None = None
    course: Path | None = None
    column: str = ""
    late: Path | None = None
    include_awaiting: bool = False
    staff: bool = False

    def check(self, target: str) -> None:
        """Raise UsageError where an option means nothing for this target."""
        for option, targets in _OPTIONS.items():
            if getattr(self, option) and target not in targets:
                name = f"--{option.replace('_', '-')}"
                raise UsageError(f"{name} goes with {' and '.join(targets)}, not with {target}")


def export(folder: Path, target: str, wishes: Wishes) -> int:
    """Export the records in an output folder, say what is not in it; return the exit code."""
    wishes.check(target)
    reports = read_reports(folder, documents=target == "json")
    stopped, several = unfinished(folder), in_several(reports)
    policy = read_policy(wishes.late) if wishes.late else None
    late = None if policy is None else late_scores(policy, reports)
    course = _course(wishes.course)
    console = Console(highlight=False)

    def say(line: str) -> None:
        console.print(visible(line, 5000), markup=False, soft_wrap=True)

    if target in _PLATFORMS:
        what = "grade"
        grades = grades_of(reports, late, awaiting=wishes.include_awaiting)
        made = _for_platform(target, grades, course, wishes, folder)
        made = replace(
            made,
            notes=[*made.notes, *_absent(grades)],
            complete=made.complete and not grades.withheld,
        )
    else:
        what = "record"
        made = Export({_NAMES[target]: _plain(target, reports, late, wishes)}, len(reports))
    paths = _write(made, wishes, folder, target)
    say(f"{counted(made.grades, what)}: {' and '.join(map(str, paths)) or 'nothing to write'}")
    if stopped:
        say(stopped)
    if several:
        left = "and left out" if target in _PLATFORMS else "with a row or record for each"
        say(f"Has a part in several hand-ins, {left}: {named(several)}")
    for line in (*made.notes, *_lateness(policy, late, reports)):
        say(line)
    return _EXPORTED if made.complete and not stopped and not several else _LEFT_OUT


def _course(path: Path | None) -> Sheet | None:
    if path is None:
        return None
    try:
        return parse_sheet(path.read_bytes())
    except ValueError as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _plain(
    target: str, reports: Sequence[Report], late: Mapping[str, LateScore] | None, wishes: Wishes
) -> bytes:
    if target == "json":
        return json_lines(reports, staff=wishes.staff).encode()
    if target == "junit":
        return junit_xml(reports).encode()
    criteria: dict[str, CriterionScore] = {}
    for report in reports:
        criteria |= {line.id: line for line in report.criteria}
    return grades_csv(reports, list(criteria.values()), late).encode()


def _for_platform(
    target: str, grades: Grades, course: Sheet | None, wishes: Wishes, folder: Path
) -> Export:
    if target == "gradescope":
        return gradescope_results(grades)
    if target == "canvas" and course is None:
        return canvas_new(grades, wishes.column)
    if target == "canvas" and course is not None:
        return canvas_filled(grades, course, wishes.column)
    if course is None:
        made, participants = moodle_new(grades)
    else:
        made, participants = moodle_filled(grades, course, wishes.column)
    pages = {one.student: _page(folder, one.student) for one in participants}
    files = {"moodle-feedback.zip": feedback_zip(participants, pages)} if participants else {}
    note = f"{counted(len(participants), 'report')} to give back"
    return replace(made, files={**made.files, **files}, notes=[note, *made.notes])


def _page(folder: Path, student: str) -> bytes:
    path = folder / "students" / student / "report.html"
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _write(made: Export, wishes: Wishes, folder: Path, target: str) -> list[Path]:
    """Write the files; return where they are, or the folder where there are many."""
    out = wishes.out or folder / _FOLDER / (target if target == "gradescope" else "")
    whole = target in _IN_A_FOLDER
    if whole and out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file; {target} needs a folder")
    inside = whole or wishes.out is None or out.is_dir()
    paths = {out / name if inside else out: data for name, data in made.files.items()}
    _refuse(list(paths), wishes)
    for path, data in paths.items():
        write_whole(path, data)
    return [out] if target == "gradescope" and paths else list(paths)


def _refuse(paths: Collection[Path], wishes: Wishes) -> None:
    """Raise UsageError where something would be lost: only OUT/exports holds nothing but ours."""
    places = {path.resolve() for path in paths}
    for name, given in (("course's own file", wishes.course), ("late policy", wishes.late)):
        if given and given.resolve() in places:
            raise UsageError(f"{given} is the {name}; write to another place with --out")
    for path in paths if wishes.out else ():
        if path.exists() or path.is_symlink():
            raise UsageError(f"{path} exists already; write to another place, or remove it")


def _absent(grades: Grades) -> list[str]:
    """Say whose grades are not there because they are not made yet."""
    lines = []
    if grades.awaiting:
        many = counted(len(grades.awaiting), "hand-in awaits", "hand-ins await")
        lines.append(
            f"{many} a person and left out (--include-awaiting takes what is decided so far): "
            f"{named(grades.awaiting)}"
        )
    if grades.withheld:
        lines.append(
            f"Withheld, as grading failed on our side, and left out: {named(grades.withheld)}"
        )
    return lines


def _lateness(
    policy: LatePolicy | None, late: Mapping[str, LateScore] | None, reports: Sequence[Report]
) -> list[str]:
    """Say how many are late and what that costs, and what a person must look at."""
    if policy is None or late is None:
        return []
    lines = []
    count = sum(bool(one.late_by) for one in late.values())
    cost = sum(one.deducted or 0.0 for one in late.values())
    lines.append(f"{counted(count, 'hand-in')} late, {counted(cost, 'point')} deducted in all")
    marked = [student for student, one in late.items() if one.person]
    unknown = [
        student
        for student, one in late.items()
        if one.late_by is None and not one.person and one.earned != 0
    ]
    if marked:
        lines.append(f"Marked as late, not since when; a person must decide: {named(marked)}")
    if unknown:
        lines.append(f"Not known when they came, taken as in time: {named(unknown)}")
    unused = unused_extensions(policy, reports)
    if unused:
        lines.append(f"Extensions of nobody here: {named(unused)}")
    return lines
