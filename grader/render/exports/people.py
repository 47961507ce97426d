"""Whose grade is whose: records, and a grade for each person."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

from grader.core.late import LateScore, person_key
from grader.core.report import Report, Submission
from grader.core.score import Status
from grader.core.text import visible

_NAMED_AT_MOST = 20
# Ids of a person; those of Moodle and Gradescope may be of a group or of a hand-in.
_PERSONAL = ("canvas", "sid", "email", "login")


@dataclass(frozen=True)
class Person:
    """Who has a part in a hand-in; `ids` are what platforms call the person: {"sid": "1234"}."""

    name: str
    ids: Mapping[str, str]

    @property
    def plain_name(self) -> str:
        """The name without the id behind it that tells two of one name apart: "Ana (12)"."""
        found = re.fullmatch(r"(?s)(.+) \((.+)\)", self.name)
        return found[1] if found and found[2] in self.ids.values() else self.name

    def called(self, *kinds: str) -> set[str]:
        """Return ids of these kinds, and the name, since hand-ins are often named by an id."""
        return {self.name, *(self.ids.get(kind, "") for kind in kinds)}

    @property
    def keys(self) -> set[tuple[str, str]]:
        """The name, and the ids that are the person's own, for comparison."""
        ids = {(kind, person_key(self.ids.get(kind, ""))) for kind in _PERSONAL}
        return {("name", person_key(self.name)), *(pair for pair in ids if pair[1])}

    def is_same(self, other: Person) -> bool:
        """Whether ids say so, or the name where the two have no ids of one kind."""
        kinds = {kind for kind, _ in self.keys} & {kind for kind, _ in other.keys}
        common = self.keys & other.keys
        return any(kind != "name" for kind, _ in common) or (bool(common) and kinds == {"name"})


@dataclass(frozen=True)
class Grade(Person):
    """What one person gets for a hand-in; each member of a group has one."""

    points: float
    report: Report
    late: LateScore | None = None

    @property
    def is_for_nothing(self) -> bool:
        """Whether nothing was handed in that could be graded."""
        files = self.report.submission.files
        return self.report.notebook is None and all(file.origin != "student" for file in files)


def people_of(submission: Submission) -> list[Person]:
    """Return who has a part in a hand-in.

    Where the record has no ids of members, it knows those of one person, for whom the hand-in is
    named.
    """
    names = submission.members or [submission.student]
    own = submission.member_ids if len(submission.member_ids) == len(names) else [{}] * len(names)
    return [
        Person(name, ids or (submission.ids if name == submission.student else {}))
        for name, ids in zip(names, own, strict=True)
    ]


def in_several(reports: Sequence[Report]) -> list[str]:
    """Return who has a part in more than one hand-in, ordered by name."""
    alike: dict[tuple[str, str], list[tuple[int, Person]]] = defaultdict(list)
    for place, report in enumerate(reports):
        for person in people_of(report.submission):
            for key in person.keys:
                alike[key].append((place, person))
    return sorted(
        {
            person.name
            for people in alike.values()
            for (place, person), (another, other) in permutations(people, 2)
            if place != another and person.is_same(other)
        }
    )


@dataclass(frozen=True)
class Grades:
    """The grades of a class, and whose are not there: they await a person, or are withheld.

    `others` are the people who have no grade here, for whatever reason.
    """

    grades: list[Grade]
    title: str
    possible: float
    awaiting: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    others: list[Person] = field(default_factory=list)


@dataclass(frozen=True)
class Export:
    """Files by their paths, how many grades they hold, and what must be told about the others.

    `complete` is false where a grade found no place, or was withheld.
    """

    files: dict[str, bytes]
    grades: int
    notes: list[str] = field(default_factory=list)
    complete: bool = True


def grades_of(
    reports: Sequence[Report], late: Mapping[str, LateScore] | None = None, *, awaiting: bool
) -> Grades:
    """Return the grade of each person of a class, which is not empty, ordered by name.

    `late` says by student what counts of a score.
    A withheld score is no grade. One that awaits a person is none either, unless `awaiting`: then
    it is what is decided so far. Who has a part in several hand-ins has none.
    """
    grades: list[Grade] = []
    others: list[Person] = []
    several = set(in_several(reports))
    waiting: list[str] = []
    withheld: list[str] = []
    for report in reports:
        student, score = report.submission.student, report.score
        people = people_of(report.submission)
        if score.earned is None:
            withheld.append(student)
            others += people
        elif score.status is Status.AWAITING and not awaiting:
            waiting.append(student)
            others += people
        else:
            lateness = late[student] if late is not None else None
            counts = score.earned if lateness is None else lateness.earned
            points = score.earned if counts is None else counts
            others += [one for one in people if one.name in several]
            grades += [
                Grade(one.name, one.ids, points, report, lateness)
                for one in people
                if one.name not in several
            ]
    grades.sort(key=lambda grade: grade.name)
    title, possible = reports[0].conditions.title, reports[0].score.possible
    return Grades(grades, title, possible, waiting, withheld, others)


def counting_late(report: Report, late: LateScore | None) -> Report:
    """Return the report with the score that counts, and why, as its student may read it."""
    if late is None or not late.sentence:
        return report
    sentence = f"{late.sentence[0].upper()}{late.sentence[1:]}."
    score = replace(report.score, earned=late.earned)
    return replace(report, score=score, notes=[sentence, *report.notes])


def name_key(name: str) -> str:
    """Return a name for comparison: "Müller, Zoë" is "zoë müller"."""
    text = unicodedata.normalize("NFKC", name).casefold().replace("_", " ")
    return " ".join(sorted(re.findall(r"\w+", text)))


def named(names: Sequence[str], most: int = _NAMED_AT_MOST) -> str:
    """Return names for a line, the first ones of many."""
    rest = len(names) - most
    more = f" and {rest} more" if rest > 0 else ""
    return ", ".join(visible(name, 100) for name in names[:most]) + more
