"""nbgrader: submitted/{student}/{assignment}/…, with the time in timestamp.txt."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePosixPath

from grader.core.assignment import Assignment
from grader.core.errors import UsageError
from grader.intake.naming import Found, Person, Reading, arrange, by_repetition, known_names, moment
from grader.intake.source import Source, below

_SUBMITTED = "submitted"
_TIME = "timestamp.txt"


def fits(source: Source) -> bool:
    """Return whether this is a folder `submitted`, or holds one."""
    return source.path.name == _SUBMITTED or _SUBMITTED in source.top


def read(source: Source, assignment: Assignment) -> Reading:
    """Return what each student handed in for this assignment.

    Raises UsageError where it does not show which assignment of the course is meant.
    """
    folder = f"{_SUBMITTED}/" if _SUBMITTED in source.top else ""
    files: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    unread = []
    for name in below(source, folder):
        student, _, rest = name.partition("/")
        homework, _, inside = rest.partition("/")
        if inside:
            files[homework][student].append(inside)
        else:
            unread.append((name, f"not of the form {_SUBMITTED}/student/assignment/file"))
    homework = _which(files, assignment, source)
    found = []
    for student, names in files[homework].items():
        base = f"{folder}{student}/{homework}/"
        pairs = [(n, base + n) for n in by_repetition(names, assignment) if n != _TIME]
        parts, remarks = arrange(pairs, assignment)
        found.append(
            Found(
                platform="nbgrader",
                people=(Person(student, {"login": student}),),
                name=f"{student}/{homework}",
                identity=student,
                parts=parts,
                received=moment(source.text(base + _TIME)),
                remarks=tuple(remarks),
            )
        )
    return Reading(found, unread)


def _which(files: dict[str, dict[str, list[str]]], assignment: Assignment, source: Source) -> str:
    """Return the folder of this assignment: its slug, or the one that holds files of it."""
    if assignment.slug in files:
        return assignment.slug
    known = known_names(assignment)
    holding = [
        homework
        for homework, students in files.items()
        if any(PurePosixPath(name).name in known for names in students.values() for name in names)
    ]
    if len(holding) == 1:
        return holding[0]
    if len(files) == 1:
        return next(iter(files))
    listed = ", ".join(sorted(files)[:8]) or "none"
    raise UsageError(
        f"{source.path} holds several assignments ({listed}): leave one in a copy of the folder, "
        f"or call it {assignment.slug or 'as the assignment'}"
    )
