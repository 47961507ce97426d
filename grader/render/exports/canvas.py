"""Canvas: a gradebook to import, filled in or made anew."""

from __future__ import annotations

import re

from grader.core.errors import UsageError
from grader.core.sheet import Sheet, csv_text, plain_cell
from grader.render.exports.people import Export, Grades, named
from grader.render.exports.rows import Way, by_name, fill, find_rows, value_of
from grader.render.words import number

_PATH = "canvas.csv"
_POINTS = "    Points Possible"
_INFO = ("student", "lastname", "firstname", "id", "sis user id", "sis login id",
         "integration id", "root account", "section")  # fmt: skip
_TITLE = re.compile(r"(?s)(.*?)\s*\((\d+)\)\s*")


def canvas_new(grades: Grades, column: str = "") -> Export:
    """Return a gradebook with one assignment, named `column` or as the records name it."""
    rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column or grades.title],
        [_POINTS, "", "", "", "", _two_decimals(grades.possible)],
    ]
    for grade in grades.grades:
        ids = [grade.ids.get(kind, "") for kind in ("canvas", "sid", "login")]
        rows.append([grade.plain_name, *ids, "", _two_decimals(grade.points)])
    text = csv_text(map(plain_cell, row) for row in rows)
    return Export({_PATH: text.encode()}, len(grades.grades))


def canvas_filled(grades: Grades, course: Sheet, column: str = "") -> Export:
    """Return the course's gradebook with the grades in the assignment's column.

    Whatever else it holds stays as it is, excused students (EX) too. What is there stays for whom
    nothing was handed in that could be graded. Raises UsageError where it is
    no gradebook, or where no column or several could be meant.
    """
    header = [name.strip().casefold() for name in course.header]
    if not header or header[0] not in ("student", "lastname", "firstname") or "id" not in header:
        raise UsageError("the course's file is no Canvas gradebook: it must begin with Student, ID")
    points_row = next((row for row in range(1, course.height) if _is_points(course, row)), 0)
    target = _column(course, header, points_row, column or grades.title)
    students = [
        row
        for row in range(1, course.height)
        if row > points_row and any(course.row(row)) and course.cell(row, 0)
    ]
    found = find_rows(grades, _ways(course, header, students))
    excused = [row for row in found.rows if course.cell(row, target).casefold() == "ex"]
    graded = {row: grade for row, grade in found.rows.items() if row not in excused}
    filling = fill(course, target, graded, _two_decimals)
    notes = [*filling.notes, *found.notes(len(students))]
    if excused:
        names = named([found.rows[row].name for row in excused])
        notes.append(f"Excused in Canvas, and so they stay (EX): {names}")
    most = course.cell(points_row, target) if points_row else ""
    if most and value_of(most) != grades.possible and grades.grades:
        notes.append(
            f"{course.header[target]!r} has {most} points in Canvas, the assignment "
            f"{number(grades.possible)}: scores are written as they are"
        )
    data = course.filled(filling.cells).encoded()
    return Export({_PATH: data}, len(filling.cells), notes, found.complete)


def _two_decimals(points: float) -> str:
    return f"{points:.2f}"


def _is_points(course: Sheet, row: int) -> bool:
    return any(cell.strip().casefold() == "points possible" for cell in course.row(row)[:2])


def _column(course: Sheet, header: list[str], points_row: int, wanted: str) -> int:
    """Return the place of the assignment's column: the same text, or the same title or id."""
    offered = [
        place
        for place, name in enumerate(header)
        if name and name not in _INFO and not _read_only(course, points_row, place)
    ]
    for same in (_same_text, _same_title):
        places = [place for place in offered if same(course.header[place], wanted)]
        if len(places) == 1:
            return places[0]
        if places:
            names = named([course.header[place] for place in places])
            raise UsageError(f"several columns could be {wanted!r}: {names}; choose with --column")
    names = named([course.header[place] for place in offered]) or "none"
    raise UsageError(f"no column {wanted!r} to fill in; choose one with --column: {names}")


def _read_only(course: Sheet, points_row: int, place: int) -> bool:
    return bool(points_row) and "read only" in course.cell(points_row, place).casefold()


def _same_text(name: str, wanted: str) -> bool:
    return " ".join(name.split()).casefold() == " ".join(wanted.split()).casefold()


def _same_title(name: str, wanted: str) -> bool:
    found = _TITLE.fullmatch(name)
    return found is not None and (_same_text(found[1], wanted) or found[2] == wanted)


def _ways(course: Sheet, header: list[str], rows: list[int]) -> list[Way]:
    def cells(*names: str) -> dict[int, list[str]]:
        places = [header.index(name) for name in names if name in header]
        return {row: [course.cell(row, place) for place in places] for row in rows}

    whole = "student" if "student" in header else ""
    names = {
        row: [" ".join(filter(None, parts))]
        for row, parts in cells(*([whole] if whole else ["lastname", "firstname"])).items()
    }
    return [
        Way(cells("id"), lambda person: [person.ids.get("canvas", "")]),
        Way(cells("sis user id"), lambda person: person.called("sid")),
        Way(cells("sis login id"), lambda person: person.called("login", "email")),
        by_name(names),
    ]
