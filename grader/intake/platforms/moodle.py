"""Moodle, "Download all submissions": a folder a student, or all files in one folder.

    Zoë Müller_657831_assignsubmission_file/layers.py       in folders; before 4.1 with a last "_"
    Zoë Müller_657831_assignsubmission_file_layers.py       all in one folder
    Zoë Müller_657831_assignsubmission_onlinetext/…         what was typed in
    Participant_657831_assignsubmission_file/layers.py      blind marking
    Group A_42_assignsubmission_file/layers.py              one hand-in of a group

The number is the participant's, or the group's. The names are made by
`mod/assign/classes/downloader.php` of moodle/moodle.
"""

from __future__ import annotations

import re
from collections import defaultdict

from grader.core.assignment import Assignment
from grader.intake.naming import Found, Person, Reading, arrange, by_repetition
from grader.intake.source import Source, below, common_folder

_NAME = re.compile(
    r"(?P<prefix>(?P<name>[^/]+?)(?:_(?P<number>\d+))?)_assignsubmission_(?P<kind>file|onlinetext)"
    r"(?:_?/|_)(?P<file>.+)"
)
_TOP = re.compile(r"[^/]+_assignsubmission_(?:file|onlinetext).*")


def fits(source: Source) -> bool:
    """Return whether at least half of what lies at the top has a name of Moodle's."""
    names = source.top
    if folder := common_folder(source):
        inside = {name.partition("/")[0] for name in below(source, folder)}
        names = names if _TOP.fullmatch(names[0]) else sorted(inside)
    matching = sum(_TOP.fullmatch(name) is not None for name in names)
    return matching > 0 and 2 * matching >= len(names)


def read(source: Source, assignment: Assignment) -> Reading:
    """Collect the files of each student or group."""
    folder = common_folder(source)
    if _TOP.fullmatch(folder.rstrip("/")):
        folder = ""  # a class of one
    of_prefix: dict[str, list[re.Match[str]]] = defaultdict(list)
    unread = []
    for name in below(source, folder):
        match = _NAME.fullmatch(name)
        if match is None:
            unread.append((name, "not a name that Moodle gives"))
        else:
            of_prefix[match["prefix"]].append(match)
    of_prefix = _with_empty_folders(source, folder, of_prefix)
    found = [_hand_in(matches, folder, assignment) for matches in of_prefix.values()]
    return Reading(found, unread)


def _with_empty_folders(
    source: Source, folder: str, of_prefix: dict[str, list[re.Match[str]]]
) -> dict[str, list[re.Match[str]]]:
    """Add students whose folder holds nothing that counts."""
    for name in [] if folder else source.top:
        match = _NAME.fullmatch(f"{name}/-") if _TOP.fullmatch(name) else None
        if match is not None and match["file"] == "-":
            of_prefix.setdefault(match["prefix"], [])
            if not of_prefix[match["prefix"]]:
                of_prefix[match["prefix"]] = [match]
    return of_prefix


def _hand_in(matches: list[re.Match[str]], folder: str, assignment: Assignment) -> Found:
    first = matches[0]
    where = {m["file"]: folder + m.string for m in matches if m["kind"] == "file"}
    where.pop("-", None)
    names = by_repetition(list(where), assignment)
    parts, remarks = arrange([(name, where[name]) for name in names], assignment)
    typed = any(match["kind"] == "onlinetext" for match in matches)
    if typed:
        remarks.append("handed in typed text, which is not graded")
    number = first["number"] or ""
    name = first["name"].replace("_", " ")
    if name == "Participant":  # blind marking
        name = f"{name} {number}"
    return Found(
        platform="moodle",
        people=(Person(name, {"moodle": number} if number else {}),),
        name=f"{first['prefix']}_assignsubmission_file",
        identity=number or first["prefix"],
        parts=parts,
        remarks=tuple(remarks),
        typed=typed and not where,
    )
