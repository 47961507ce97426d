"""From the arguments of a command to hand-ins, and the table that says whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Protocol

from grader.core.assignment import Assignment
from grader.core.errors import UsageError
from grader.core.matching import Match, Matching
from grader.core.text import visible
from grader.intake.claims import Claim, claim, latest, named, once_each
from grader.intake.naming import Found, Person, Reading
from grader.intake.opening import look_into
from grader.intake.platforms import canvas, github, gradescope, moodle, nbgrader
from grader.intake.roster import Roster
from grader.intake.source import Source, open_source
from grader.intake.submissions import (
    HandIn,
    find_hand_ins,
    is_hand_in,
    require_readable,
    singles,
)
from grader.intake.tree import ARCHIVES, MAX_TOTAL_BYTES, OTHER_ARCHIVES


class Layout(Protocol):
    """How a platform lays out a class."""

    def fits(self, source: Source) -> bool:
        """Return whether a source looks like this platform's."""

    def read(self, source: Source, assignment: Assignment) -> Reading:
        """Return the hand-ins, and names that belong to nobody."""


# In the order in which they are tried: the surest signs first.
_LAYOUTS: dict[str, Layout] = {
    "gradescope": gradescope,
    "moodle": moodle,
    "canvas": canvas,
    "nbgrader": nbgrader,
    "github": github,
}


@dataclass(frozen=True)
class Intake:
    """The hand-ins of a class before grading, and the table that tells of them."""

    claims: list[Claim]
    matching: Matching

    def hand_ins(self) -> list[HandIn]:
        """Return what is graded, ordered by student; a class's zip is unpacked for it."""
        return [_hand_in(each) for each in self.claims]


def collect(
    arguments: Sequence[Path],
    assignment: Assignment,
    *,
    unpacked: Path,
    platform: str = "auto",
    roster: Roster | None = None,
) -> Intake:
    """Find out whose the hand-ins are; `unpacked` is a folder for what is in zips of a class.

    Each is opened once, so that what cannot be graded is told before anything is. Raises UsageError
    where an argument cannot be used or two plain hand-ins have one student.
    """
    claims: list[Claim] = []
    unread: list[tuple[str, str]] = []
    for argument in arguments:
        require_readable(argument)
        alone = len(arguments) == 1
        layout, source = _recognise(argument, assignment, platform, unpacked, alone=alone)
        reading = _read(argument, assignment, layout, source)
        claims += [claim(found, source, roster) for found in reading.found]
        unread += [*reading.unread, *(source.refused if source else [])]
    claims = named(once_each(latest(_examined(each, assignment) for each in claims)))
    claims = [_looked_into(each, assignment) for each in claims]
    return Intake(claims, _matching(claims, unread, roster))


def _recognise(
    argument: Path, assignment: Assignment, platform: str, unpacked: Path, *, alone: bool
) -> tuple[str, Source | None]:
    """Return the layout of an argument, and its files unless it is plain.

    Raises UsageError for a damaged zip where it is all that was given: it may be a whole class.
    """
    if platform == "plain":
        return "plain", None
    if not (argument.is_dir() or argument.suffix.lower() == ".zip"):
        if platform != "auto":
            raise UsageError(f"{argument} is neither the folder nor the zip of a class")
        return "plain", None
    if platform != "auto":
        return platform, open_source(argument, unpacked)
    if argument.is_dir() and is_hand_in(argument, assignment):
        return "plain", None
    try:
        source = open_source(argument, unpacked)
    except UsageError as error:
        if alone:
            raise UsageError(f"{error}, or add --platform plain if one student sent it") from None
        return "plain", None  # a student's archive; the table and its report say what is wrong
    fitting = next((name for name, layout in _LAYOUTS.items() if layout.fits(source)), "plain")
    return fitting, None if fitting == "plain" else source


def _read(argument: Path, assignment: Assignment, layout: str, source: Source | None) -> Reading:
    if source is None:
        return Reading([_plain(each) for each in find_hand_ins([argument], assignment)])
    if source.unreadable:
        # Nobody's files are missing because we may not see them.
        raise UsageError(f"{source.unreadable} cannot be read; check its permissions")
    reading = _LAYOUTS[layout].read(source, assignment)
    if not reading.found:
        raise UsageError(
            f"{argument} holds no hand-in in the layout of {layout}; choose another --platform"
        )
    return reading


def _plain(hand_in: HandIn) -> Found:
    return Found(
        platform="plain",
        people=(Person(hand_in.student),),
        name=hand_in.path.name,
        identity=str(hand_in.path),
        path=hand_in.path,
    )


def _examined(each: Claim, assignment: Assignment) -> Claim:
    """Keep the files that grading may need."""
    if each.source is None or each.found.parts is None:
        return each
    wanted = {PurePosixPath(file.path).suffix for file in assignment.files}
    endings = (*wanted, *singles(assignment), *ARCHIVES, *OTHER_ARCHIVES)
    parts, remarks = {}, []
    for name, where in each.found.parts.items():
        if not name.lower().endswith(endings):
            continue
        if each.source.size(where) > MAX_TOTAL_BYTES:
            remarks.append(f"{name} is left out: it is larger than {MAX_TOTAL_BYTES >> 20} MB")
        else:
            parts[name] = where
    return replace(each, found=replace(each.found, parts=parts), remarks=(*each.remarks, *remarks))


def _looked_into(each: Claim, assignment: Assignment) -> Claim:
    if each.found.typed:  # which its remarks say
        return each
    problems, remarks = look_into(_hand_in(each), assignment)
    return replace(each, problems=(*each.problems, *problems), remarks=(*each.remarks, *remarks))


def _matching(
    claims: list[Claim], unread: list[tuple[str, str]], roster: Roster | None
) -> Matching:
    present = {entry.person.name for each in claims for entry in each.known if entry}
    absent = (
        [e.person.name for e in roster.entries if e.person.name not in present] if roster else []
    )
    unknown = [
        name
        for each in claims
        for name, entry in zip(each.names, each.known, strict=True)
        if roster is not None and entry is None
    ]
    return Matching(
        matches=[_match(each) for each in claims],
        unread=[(visible(name, 200), visible(why, 200)) for name, why in unread],
        unknown=unknown,
        absent=[visible(name, 100) for name in absent],
    )


def _match(each: Claim) -> Match:
    remarks = (*each.found.remarks, *each.remarks)
    return Match(
        student=each.student,
        name=visible(each.found.name, 200),
        platform=each.found.platform,
        received=each.found.received,
        late="late" in each.ids,
        members=each.members,
        by=each.by,
        remarks=tuple(visible(remark, 300) for remark in remarks),
        problems=tuple(visible(problem, 300) for problem in each.problems),
    )


def _hand_in(each: Claim) -> HandIn:
    hand_in = HandIn(
        student=each.student,
        path=each.path,
        received=each.found.received,
        ids=each.ids,
        members=each.members,
        member_ids=each.member_ids,
    )
    if each.source is None:
        return hand_in
    placed = {name: each.source.place(where) for name, where in (each.found.parts or {}).items()}
    return replace(hand_in, parts=placed, name=visible(each.found.name, 200))
