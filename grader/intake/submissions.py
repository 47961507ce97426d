"""Find the hand-ins that a command line names, and whose they are."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.core.assignment import Assignment
from grader.core.errors import UsageError
from grader.core.text import no_command, visible
from grader.intake.tree import ARCHIVES, OTHER_ARCHIVES, files_below, is_archive

# A name in a file system has 255 at most, and endings come to it.
_MOST_BYTES = 200


@dataclass(frozen=True)
class HandIn:
    """One student's hand-in, not opened yet.

    It is what lies at `path`: a folder, an archive or a single file; or, where a platform mixes
    the files of a class, the files `parts`, by the names that they have in the hand-in. `name` is
    what it is called where it lies. `received`, `ids`, `members` and `member_ids` are as in the
    record (core/report.py).
    """

    student: str
    path: Path
    received: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    members: Sequence[str] = ()
    parts: Mapping[str, Path] | None = None
    name: str = ""
    member_ids: Sequence[Mapping[str, str]] = ()


def _student_of(path: Path, assignment: Assignment) -> str:
    """Return the student's name from that of the folder or file."""
    # Not resolved: a link in a class folder is named for its student, its target may not be.
    name = Path(os.path.abspath(path)).name  # noqa: PTH100
    for ending in (*ARCHIVES, *OTHER_ARCHIVES, *singles(assignment)):
        if path.is_file() and name.lower().endswith(ending):
            name = name[: -len(ending)]
            break
    known = {Path(file).stem for file in assignment.student_files}
    if path.is_file() and name in known:
        name = path.resolve().parent.name
    shown = no_command(visible(name.strip(), 100))
    # It names a folder; what is made visible is longer than it was.
    return shown.encode()[:_MOST_BYTES].decode(errors="ignore") or "unnamed"


def is_hand_in(folder: Path, assignment: Assignment) -> bool:
    """Return whether a folder is one hand-in: a known file at its top or in a course package.

    A class in which one folder happens to have the name of a package (`test`) is still a class.
    """
    files, packages = assignment.student_files, assignment.imports.packages
    if any((folder / file).exists() for file in files):
        return True
    if not any((folder / package / file).exists() for package in packages for file in files):
        return False
    others = [m for m in _members(folder, assignment) if m.is_dir() and m.name not in packages]
    return not any(_holds_known_file(member, assignment) for member in others)


def singles(assignment: Assignment) -> tuple[str, ...]:
    """Return how the name of a file ends that can be a hand-in by itself."""
    return assignment.endings[0], ".ipynb"


def _is_candidate(path: Path, assignment: Assignment) -> bool:
    if path.name.startswith((".", "__")):
        return False
    return path.is_dir() or is_archive(path) or path.suffix in singles(assignment)


def _members(folder: Path, assignment: Assignment) -> list[Path]:
    """Return the hand-ins of a class; archives that we do not read are reported, not dropped."""
    return sorted(
        path
        for path in folder.iterdir()
        if _is_candidate(path, assignment) or path.name.lower().endswith(OTHER_ARCHIVES)
    )


def _holds_known_file(path: Path, assignment: Assignment) -> bool:
    if path.is_file():
        return True
    names = {Path(file).name for file in assignment.student_files}
    return any(inner.name in names or is_archive(inner) for inner in files_below(path))


def require_readable(argument: Path) -> None:
    """Raise UsageError unless there is something that may be read."""
    if not argument.exists():
        raise UsageError(f"{argument} does not exist")
    if not os.access(argument, os.R_OK | (os.X_OK if argument.is_dir() else 0)):
        raise UsageError(f"{argument} cannot be read; check its permissions")


def _expand(argument: Path, assignment: Assignment) -> list[Path]:
    """Return the hand-ins that one argument means: itself, or the members of a class."""
    require_readable(argument)
    if argument.is_file():
        if not _is_candidate(argument, assignment):
            kinds = ", ".join((*singles(assignment), *ARCHIVES))
            raise UsageError(f"{argument} is no hand-in: give a folder or a file ending in {kinds}")
        return [argument]
    if is_hand_in(argument, assignment):
        return [argument]
    members = _members(argument, assignment)
    wanted = " or ".join(assignment.student_files)
    if not members:
        raise UsageError(f"{argument} is empty: it should hold hand-ins, or one with {wanted}")
    if not any(_holds_known_file(member, assignment) for member in members):
        raise UsageError(f"{argument} holds no {wanted}, neither at its top nor in any folder")
    return members


def find_hand_ins(arguments: Sequence[Path], assignment: Assignment) -> list[HandIn]:
    """Return all hand-ins, ordered by student.

    A folder is one hand-in when a file of the assignment lies at its top (or in a folder with a
    course's package name); otherwise each folder, archive, .py and .ipynb file in it is one.

    Raises UsageError where an argument cannot be used or two hand-ins have the same student.
    """
    paths = [path for argument in arguments for path in _expand(argument, assignment)]
    hand_ins = [HandIn(_student_of(path, assignment), path) for path in paths]
    refuse_twins(hand_ins)
    return sorted(hand_ins, key=lambda hand_in: hand_in.student)


def folder_key(student: str) -> str:
    """Return what students share whose names look the same or differ in case alone.

    They share a folder on some file systems.
    """
    return unicodedata.normalize("NFKC", student).casefold()


def refuse_twins(hand_ins: Iterable[HandIn]) -> None:
    """Raise UsageError where two hand-ins would have one student."""
    first: dict[str, HandIn] = {}
    for hand_in in hand_ins:
        twin = first.setdefault(folder_key(hand_in.student), hand_in)
        if twin is not hand_in:
            raise UsageError(
                f"two hand-ins for {hand_in.student!r}: {twin.path} and {hand_in.path}; "
                "rename or remove one"
            )
