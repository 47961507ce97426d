"""Whose a hand-in is: matched with a roster, one for each student, each with a name of its own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader.core.text import visible
from grader.intake.naming import Found, Person, file_name
from grader.intake.roster import Entry, Roster
from grader.intake.source import Source
from grader.intake.submissions import HandIn, folder_key, refuse_twins

_COUNTS = {2: "two", 3: "three"}


@dataclass(frozen=True)
class Claim:
    """A hand-in and whose it is.

    `known` says of each of the `people` whom the roster has for them, `by` what it knew them by.
    `student` is the name that the hand-in goes by, "" until it has one. A plain hand-in has no
    `source`. `problems` and `remarks` are as in `core.matching.Match`.
    """

    found: Found
    source: Source | None
    people: tuple[Person, ...]
    known: tuple[Entry | None, ...]
    by: str = ""
    student: str = ""
    remarks: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def ids(self) -> dict[str, str]:
        """What the record says that platforms call the student; a group has no id of a person."""
        own = {} if self.members else _ids(self.people[0], self.known[0])
        return {**own, **self.found.ids}

    @property
    def member_ids(self) -> tuple[dict[str, str], ...]:
        """What platforms and the roster call each of the members."""
        pairs = zip(self.people, self.known, strict=True)
        return tuple(_ids(one, entry) for one, entry in pairs) if self.members else ()

    @property
    def keys(self) -> list[tuple[str, str]]:
        """What each of the people has alone, in all of their hand-ins."""
        return [
            ("", entry.person.name)
            if entry
            else (self.found.platform, next(iter(one.ids.values()), one.name))
            for one, entry in zip(self.people, self.known, strict=True)
        ]

    @property
    def names(self) -> list[str]:
        """The students' names, those of the roster where it has them."""
        pairs = zip(self.people, self.known, strict=True)
        return [visible(entry.person.name if entry else one.name, 100) for one, entry in pairs]

    @property
    def members(self) -> tuple[str, ...]:
        """The students of a group, none where the hand-in is one's own."""
        return tuple(self.names) if len(self.people) > 1 or self.by == "group" else ()

    @property
    def path(self) -> Path:
        """Where it lies; inside a zip that is no path of this machine."""
        if self.source is None:
            assert self.found.path is not None  # noqa: S101 - what plain means
            return self.found.path
        return self.source.path / self.found.name


def _ids(person: Person, entry: Entry | None) -> dict[str, str]:
    ids = {**(entry.person.ids if entry else {}), **person.ids}
    if "id" in ids:  # of a roster by hand, which does not say whose it is
        ids = {"sid": ids.pop("id"), **ids}
    return ids


def claim(found: Found, source: Source | None, roster: Roster | None) -> Claim:
    """Match a hand-in with the roster, if there is one."""
    if roster is None:
        return Claim(found, source, found.people, (None,) * len(found.people))
    group = roster.group(found.people[0].name) if len(found.people) == 1 else []
    if group:
        return Claim(found, source, tuple(e.person for e in group), tuple(group), "group")
    answers = [roster.find(person) for person in found.people]
    known = tuple(entry for entry, _ in answers)
    remarks = tuple(
        f"several on the roster are called {visible(person.name, 80)}"
        for person, (_, by) in zip(found.people, answers, strict=True)
        if by == "several"
    )
    by = next((by for entry, by in answers if entry), "")
    return Claim(found, source, found.people, known, by, remarks=remarks)


def latest(claims: Iterable[Claim]) -> list[Claim]:
    """Of several hand-ins by one student keep the one that came last.

    Raises UsageError for two plain ones: nothing says which of them counts.
    """
    of_student: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for each in claims:
        entry = None if each.members else each.known[0]
        key = ("", entry.person.name) if entry else (each.found.platform, each.found.identity)
        of_student[key].append(each)
    return [_last(same) for same in of_student.values()]


def _last(same: list[Claim]) -> Claim:
    refuse_twins(HandIn(same[0].names[0], each.path) for each in same if each.source is None)
    if len(same) == 1:
        return same[0]
    count = f"{_COUNTS.get(len(same), len(same))} hand-ins by one student"
    timed = all(each.found.received for each in same)
    counted = all(each.found.order for each in same) and len({e.found.platform for e in same}) == 1
    if timed or counted:
        # Of equal ones the last named.
        last, said = max(reversed(same), key=_moment if timed else _order), "latest taken"
    else:
        fuller = [each for each in same if each.found.parts or each.found.parts is None]
        last, said = (fuller or same)[-1], "nothing says which is the latest, one is taken"
    others = ", ".join(each.found.name for each in same if each is not last)
    return replace(last, remarks=(*last.remarks, f"{count}: {said}, not {others}"))


def once_each(claims: Iterable[Claim]) -> list[Claim]:
    """Leave who has a part in several hand-ins, alone or in groups, in the one that came last.

    Where not all of their times are known they stay in each, and that is a problem of each.
    """
    claims = list(claims)
    of_person: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, each in enumerate(claims):
        for key in dict.fromkeys(each.keys):
            of_person[key].append(at)
    for key, places in of_person.items():
        if len(places) > 1:
            for at, each in zip(places, _settled(key, [claims[p] for p in places]), strict=True):
                claims[at] = each
    return [each for each in claims if each.people]


def _settled(key: tuple[str, str], same: list[Claim]) -> list[Claim]:
    who = same[0].names[same[0].keys.index(key)]
    told = f"{who} has a part in several hand-ins: "
    if not all(each.found.received for each in same):
        told += ", ".join(each.found.name for each in same)
        return [replace(each, problems=(*each.problems, told)) for each in same]
    last = max(reversed(same), key=_moment)  # of equal ones the last named
    others = ", ".join(each.found.name for each in same if each is not last)
    remarks = (*last.remarks, f"{told}latest taken, not {others}")
    return [
        replace(each, remarks=remarks) if each is last else _without(each, key) for each in same
    ]


def _without(each: Claim, key: tuple[str, str]) -> Claim:
    """Return a claim without one of its people."""
    stay = [at for at, other in enumerate(each.keys) if other != key]
    return replace(
        each,
        people=tuple(each.people[at] for at in stay),
        known=tuple(each.known[at] for at in stay),
    )


def _moment(each: Claim) -> float:
    return datetime.fromisoformat(each.found.received).timestamp()


def _order(each: Claim) -> int:
    return each.found.order


def named(claims: Iterable[Claim]) -> list[Claim]:
    """Give each hand-in a name of its own, with an id behind it where two would have one.

    Raises UsageError where nothing tells them apart.
    """
    claims = [replace(each, student=_folder_name(each)) for each in claims]
    many = Counter(folder_key(each.student) for each in claims)
    told = []
    for each in claims:
        own = next((value for kind, value in each.ids.items() if kind != "late"), "")
        if many[folder_key(each.student)] > 1 and each.source is not None and own:
            remark = f"several are called {each.student}: told apart by an id"
            student = file_name(f"{each.student} ({own})")
            told.append(replace(each, student=student, remarks=(*each.remarks, remark)))
        else:
            told.append(each)
    refuse_twins(HandIn(each.student, each.path) for each in told)
    return sorted(told, key=lambda each: each.student)


def _folder_name(each: Claim) -> str:
    if each.by == "group":
        return file_name(each.found.people[0].name)
    if each.source is None and not each.by:
        return each.names[0]  # it lies under this name already
    return file_name(", ".join(each.names))
