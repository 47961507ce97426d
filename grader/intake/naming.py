"""What names and times of platforms mean: files that were renamed, students, moments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from grader.core.assignment import Assignment
from grader.core.text import visible

# The tools that `grader release` hands out beside the assignment's files.
_TOOLS, _TOOL_FOLDERS = {"selfcheck.py", "collate.py"}, {"public_checks", "collating"}
# Canvas makes layers-1.py of a second layers.py, browsers make layers (1).py.
_REPEATED = re.compile(r"(?P<stem>.+?)(?:-\d{1,3}| ?\(\d{1,3}\))")
_MOMENT = re.compile(
    r"\s*(?P<day>\d{4}-\d\d-\d\d)[ T](?P<time>\d\d:\d\d:\d\d)(?:\.\d+)?\s*(?P<zone>\S*)\s*"
)


@dataclass(frozen=True)
class Person:
    """A student as a platform knows them."""

    name: str
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A hand-in as a platform has it, not yet matched with a roster.

    `parts` are names in the source by the names that they have in the hand-in; where it is None,
    the hand-in is `path`. Of hand-ins with one `identity` the one that came last counts: that of
    the latest `received`, then the highest `order`. `typed` says that there is typed text or a
    link in place of files.
    """

    platform: str
    people: tuple[Person, ...]
    name: str
    identity: str
    parts: Mapping[str, str] | None = None
    path: Path | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    received: str = ""
    order: int = 0
    remarks: tuple[str, ...] = ()
    typed: bool = False


@dataclass(frozen=True)
class Reading:
    """What a platform's layout gives: hand-ins, and names that belong to nobody, with reasons."""

    found: list[Found]
    unread: list[tuple[str, str]] = field(default_factory=list)


def is_tool(path: str) -> bool:
    """Return whether a file of a hand-in is a tool that was handed out, and nobody's work."""
    *folders, name = PurePosixPath(path).parts
    return name in _TOOLS or not _TOOL_FOLDERS.isdisjoint(folders)


def known_names(assignment: Assignment) -> frozenset[str]:
    """Return what files of the assignment are called, without their folders."""
    paths = [name for file in assignment.files for name in (file.path, *file.also)]
    if assignment.notebook is not None:
        paths.append(assignment.notebook.path)
    return frozenset(PurePosixPath(path).name for path in paths)


def usual_name(name: str, known: frozenset[str]) -> str:
    """Return "layers.py" for "layers-1.py" where that is a file of the assignment, else `name`."""
    path = PurePosixPath(name)
    stem = path.stem
    while match := _REPEATED.fullmatch(stem):
        stem = match["stem"]
        if stem + path.suffix in known:
            return str(path.with_name(stem + path.suffix))
    return name


def arrange(
    files: Sequence[tuple[str, str]], assignment: Assignment
) -> tuple[dict[str, str], list[str]]:
    """Return the parts of a hand-in by the names they should have, and what to say of them.

    `files` are pairs of a name in the hand-in and a name in the source; of two that should have
    one name the last counts.
    """
    known = known_names(assignment)
    parts: dict[str, str] = {}
    remarks = []
    for name, where in files:
        usual = usual_name(name, known)
        if usual in parts:
            remarks.append(f"several files for {usual}: {name} taken")
        elif usual != name:
            remarks.append(f"renamed file: {name} → {usual}")
        parts[usual] = where
    if len(parts) == 1 and assignment.student_files:
        (name,) = parts
        wanted = assignment.student_files[0]
        if name.endswith(assignment.endings) and not (
            PurePosixPath(name).name in known or is_tool(name)
        ):
            remarks.append(f"renamed file: {name} → {wanted}")
            parts = {wanted: parts[name]}
    return parts, remarks


def by_repetition(names: Sequence[str], assignment: Assignment) -> list[str]:
    """Return names so that, of two that should be one, the one to take comes last.

    That is the plain one, which the student chose; otherwise that with the highest number.
    """
    known = known_names(assignment)

    def rank(name: str) -> tuple[bool, int, str]:
        plain = usual_name(name, known) == name
        return plain, len(name), name

    return sorted(names, key=rank)


def file_name(text: str) -> str:
    """Return `text` such that it can be the name of a student's folder anywhere."""
    clean = " ".join(visible(text, 80).replace("/", "_").replace(":", "_").split())
    clean = clean.lstrip(".").strip()
    while len(clean.encode("utf-8")) > 200:
        clean = clean[:-1]
    return clean or "unnamed"


def moment(text: str) -> str:
    """Return a moment as ISO 8601 with its offset from UTC, "" where `text` does not say it.

    It may end in "Z", "UTC", an offset such as -0800, or the name of a time zone.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        return ""
    zone = match["zone"]
    try:
        if re.fullmatch(r"[+-]\d\d:?\d\d", zone):
            when = datetime.fromisoformat(f"{match['day']}T{match['time']}{zone}")
        elif zone in {"Z", "UTC"}:
            when = datetime.fromisoformat(f"{match['day']}T{match['time']}").replace(tzinfo=UTC)
        elif zone:
            when = datetime.fromisoformat(f"{match['day']}T{match['time']}").replace(
                tzinfo=ZoneInfo(zone)
            )
        else:
            return ""
    except (ValueError, KeyError, OSError):
        return ""
    return when.isoformat()
