"""Whose grade is whose: records, a grade for each person, and the rows of a course's table."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.core.late import LateScore
from grader.core.report import Report
from grader.core.score import Status
from grader.core.text import visible
from grader.render.words import counted

_NAMED_AT_MOST = 20


@dataclass(frozen=True)
class Grade:
    """What one person gets for a hand-in; each member of a group has one."""

    name: str
    points: float
    report: Report
    late: LateScore | None = None

    @property
    def ids(self) -> Mapping[str, str]:
        """What platforms call the person, such as {"sid": "1234"}.

        A record knows it of one person, who gave the hand-in its name, and of nobody else of a
        group.
        """
        submission = self.report.submission
        return submission.ids if self.name == submission.student else {}

    @property
    def plain_name(self) -> str:
        """The name without the id behind it that tells two of one name apart: "Ana (12)"."""
        found = re.fullmatch(r"(?s)(.+) \((.+)\)", self.name)
        return found[1] if found and found[2] in self.ids.values() else self.name

    def called(self, *kinds: str) -> set[str]:
        """Return ids of these kinds, and the name, since hand-ins are often named by an id."""
        return {self.name, *(self.ids.get(kind, "") for kind in kinds)}


@dataclass(frozen=True)
class Grades:
    """The grades of a class, and whose are not there: they await a person, or are withheld."""

    grades: list[Grade]
    title: str
    possible: float
    awaiting: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)


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
    it is what is decided so far.
    """
    grades: list[Grade] = []
    waiting: list[str] = []
    withheld: list[str] = []
    for report in reports:
        student, score = report.submission.student, report.score
        if score.earned is None:
            withheld.append(student)
        elif score.status is Status.AWAITING and not awaiting:
            waiting.append(student)
        else:
            lateness = late[student] if late is not None else None
            counts = score.earned if lateness is None else lateness.earned
            points = score.earned if counts is None else counts
            people = report.submission.members or [student]
            grades += [Grade(name, points, report, lateness) for name in people]
    grades.sort(key=lambda grade: grade.name)
    title, possible = reports[0].conditions.title, reports[0].score.possible
    return Grades(grades, title, possible, waiting, withheld)


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


@dataclass(frozen=True)
class Way:
    """A way to find a person's row: what the rows say, by row, and what the person is called."""

    cells: Mapping[int, Iterable[str]]
    called: Callable[[Grade], Iterable[str]]
    key: Callable[[str], str] = str.casefold


def by_name(cells: Mapping[int, Iterable[str]]) -> Way:
    """Return the last way: the person's name, in any order of its words."""
    return Way(cells, lambda grade: [grade.plain_name], name_key)


def find_rows(
    grades: Sequence[Grade], ways: Sequence[Way]
) -> tuple[dict[int, Grade], list[str], list[str]]:
    """Return grades by row, whose grades fit no row or several, and whose share one.

    The first way that leads to exactly one row decides. Nobody is guessed: where two grades lead
    to one row, neither is written.
    """
    tables = []
    for way in ways:
        table: dict[str, set[int]] = defaultdict(set)
        for row, cells in way.cells.items():
            for cell in cells:
                table[way.key(cell.strip())].add(row)
        table.pop("", None)
        tables.append(table)
    found: dict[int | None, list[Grade]] = defaultdict(list)
    for grade in grades:
        found[_row(grade, ways, tables)].append(grade)
    nobody = [grade.name for grade in found.pop(None, [])]
    shared = [grade.name for several in found.values() if several[1:] for grade in several]
    rows = {row: one[0] for row, one in found.items() if row is not None and not one[1:]}
    return rows, nobody, shared


def _row(grade: Grade, ways: Sequence[Way], tables: Sequence[Mapping[str, set[int]]]) -> int | None:
    for way, table in zip(ways, tables, strict=True):
        rows: set[int] = set()
        for name in way.called(grade):
            rows |= table.get(way.key(name.strip()), set())
        if len(rows) == 1:
            return rows.pop()
    return None


def named(names: Sequence[str]) -> str:
    """Return names for a line, the first ones of many."""
    rest = len(names) - _NAMED_AT_MOST
    more = f" and {rest} more" if rest > 0 else ""
    return ", ".join(visible(name, 100) for name in names[:_NAMED_AT_MOST]) + more


def unmatched_notes(nobody: Sequence[str], shared: Sequence[str], rows: int) -> list[str]:
    """Say what found no row of a course's table, and how many of its rows found nothing."""
    notes = []
    if nobody:
        notes.append(f"Matched nobody in the course's file, and left out: {named(nobody)}")
    if shared:
        notes.append(f"Matched one and the same row, which is left as it was: {named(shared)}")
    if rows:
        notes.append(f"{counted(rows, 'row')} of the course's file without a grade, as before")
    return notes
