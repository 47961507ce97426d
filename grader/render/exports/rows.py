"""Which row of a course's table is whose, and what may be written into it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.core.sheet import Sheet
from grader.core.text import visible
from grader.render.exports.people import Grade, Grades, Person, name_key, named
from grader.render.words import counted

_REPLACED_AT_MOST = 12


@dataclass(frozen=True)
class Way:
    """A way to find a person's row: what the rows say, by row, and what the person is called."""

    cells: Mapping[int, Iterable[str]]
    called: Callable[[Person], Iterable[str]]
    key: Callable[[str], str] = str.casefold

    def table(self) -> Mapping[str, set[int]]:
        """Return the rows by what they say."""
        table: dict[str, set[int]] = defaultdict(set)
        for row, cells in self.cells.items():
            for cell in cells:
                table[self.key(cell.strip())].add(row)
        table.pop("", None)
        return table


def by_name(cells: Mapping[int, Iterable[str]]) -> Way:
    """Return the last way: the person's name, in any order of its words."""
    return Way(cells, lambda person: [person.plain_name], name_key)


@dataclass(frozen=True)
class Found:
    """Grades by row, and whose grades have none.

    They fit no row (`nobody`), several rows (`several`), or a row that fits others too (`shared`).
    A row is `torn` where what it says of its student means different people: by row, who.
    """

    rows: dict[int, Grade]
    nobody: list[str]
    several: list[str]
    shared: list[str]
    torn: dict[int, list[str]]

    @property
    def complete(self) -> bool:
        """Whether every grade has its row."""
        return not (self.nobody or self.several or self.shared or self.torn)

    def notes(self, rows: int) -> list[str]:
        """Say what found no row, and how many of the `rows` found nothing."""
        notes = []
        if self.nobody:
            notes.append(f"Matched nobody in the course's file, and left out: {named(self.nobody)}")
        if self.several:
            who = named(self.several)
            notes.append(f"Stands on two rows or more of the course's file, and left out: {who}")
        if self.shared:
            who = named(self.shared)
            notes.append(f"Matched one and the same row, which is left as it was: {who}")
        if self.torn:
            who = named([f"row {row + 1} ({named(them)})" for row, them in self.torn.items()])
            notes.append(f"Names or ids of different students, left as it was: {who}")
        left = rows - len(self.rows)
        if left:
            notes.append(f"{counted(left, 'row')} of the course's file without a grade, as before")
        return notes


def find_rows(grades: Grades, ways: Sequence[Way]) -> Found:
    """Return which row is whose.

    The first way that leads to exactly one row decides. Nobody is guessed: where two grades lead
    to one row, or one way leads to it from one person and another way from another, with a grade
    or without, nothing is written.
    """
    tables = [way.table() for way in ways]
    pointing: dict[int, list[set[int]]] = defaultdict(lambda: [set() for _ in ways])
    found: dict[int, list[Person]] = defaultdict(list)
    people = [*grades.grades, *grades.others]
    nobody: list[str] = []
    several: list[str] = []
    for number, person in enumerate(people):
        led = [_rows(person, way, table) for way, table in zip(ways, tables, strict=True)]
        for rank, places in enumerate(led):
            if len(places) == 1:
                pointing[min(places)][rank].add(number)
        row = next((min(places) for places in led if len(places) == 1), None)
        if row is not None:
            found[row].append(person)
        elif isinstance(person, Grade):
            (several if any(led) else nobody).append(person.name)
    rows: dict[int, Grade] = {}
    shared: list[str] = []
    torn: dict[int, list[str]] = {}
    for row, who in found.items():
        graded = [person for person in who if isinstance(person, Grade)]
        if graded and who[1:]:
            shared += [person.name for person in who]
        elif graded and _is_torn(pointing[row]):
            torn[row] = [people[number].name for number in sorted(set().union(*pointing[row]))]
        elif graded:
            rows[row] = graded[0]
    return Found(rows, nobody, several, shared, torn)


def _rows(person: Person, way: Way, table: Mapping[str, set[int]]) -> set[int]:
    rows: set[int] = set()
    for name in way.called(person):
        rows |= table.get(way.key(name.strip()), set())
    return rows


def _is_torn(pointing: Sequence[set[int]]) -> bool:
    told = [people for people in pointing if people]
    return any(one.isdisjoint(other) for one in told for other in told)


@dataclass(frozen=True)
class Filling:
    """What is written into a course's table, by row and column, and what must be told of it."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def fill(
    course: Sheet, target: int, found: Mapping[int, Grade], written: Callable[[float], str]
) -> Filling:
    """Return the grades for a column, as they are `written`.

    What stands there already stays where nothing was handed in that could be graded: a person may
    have graded it by hand. Other values that are replaced are told.
    """
    cells: dict[tuple[int, int], str] = {}
    kept, replaced = [], []
    for row, grade in found.items():
        before, now = course.cell(row, target), written(grade.points)
        if before in {"", "-"} or value_of(before) == value_of(now):
            cells[row, target] = now
        elif grade.is_for_nothing:
            kept.append(f"{grade.name} {visible(before, 20)}")
        else:
            cells[row, target] = now
            replaced.append(f"{grade.name} {visible(before, 20)} -> {now}")
    notes = []
    if kept:
        notes.append(
            f"Nothing handed in that could be graded, so the grade there stays: {named(kept)}"
        )
    if replaced:
        told = named(replaced, _REPLACED_AT_MOST)
        notes.append(f"Replaced {counted(len(replaced), 'grade')}: {told}")
    return Filling(cells, notes)


def value_of(text: str) -> float | None:
    """Return a number with a decimal point or comma; None where it is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
