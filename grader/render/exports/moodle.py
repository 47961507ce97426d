"""Moodle: the offline grading worksheet filled in, a file of grades, and reports to give back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from grader.core.errors import UsageError
from grader.core.sheet import Sheet, csv_text, plain_cell
from grader.render.exports.people import Export, Grade, Grades, Person, name_key, named
from grader.render.exports.rows import Way, by_name, fill, find_rows
from grader.render.words import number

_WORKSHEET, _GRADES = "moodle-worksheet.csv", "moodle-grades.csv"
_PARTICIPANT = re.compile(r"\D*?(\d+)")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
# What a zip made on another day must not change.
_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Participant:
    """Whose folder in the feedback zip holds which student's report."""

    name: str
    number: str
    student: str


def moodle_filled(
    grades: Grades, course: Sheet, column: str = ""
) -> tuple[Export, list[Participant]]:
    """Return the worksheet with the grades in it, and whose reports can be given back.

    Names of columns depend on Moodle's language: without `column` the grades' one is found by its
    name in English, or stands before the one that repeats the maximum. What is there stays for whom
    nothing was handed in that could be graded. Raises UsageError where it
    is no worksheet or the column is not to be found.
    """
    rows = [row for row in range(1, course.height) if any(course.row(row))]
    numbers = {row: _participant(course.cell(row, 0)) for row in rows}
    if not rows or not all(numbers.values()):
        raise UsageError(
            "the course's file is no Moodle worksheet: its first column must hold participants"
        )
    target, most, comma = _grade_column(course, rows, column)
    found = find_rows(grades, _ways(course, rows, numbers, target))
    fits = {row: grade for row, grade in found.rows.items() if most is None or grade.points <= most}
    filling = fill(
        course, target, fits, lambda points: f"{points:.2f}".replace(".", "," if comma else ".")
    )
    notes = [*filling.notes, *found.notes(len(rows))]
    if most is not None and grades.grades and most != grades.possible:
        notes.append(
            f"The maximum grade is {number(most)} in Moodle, the assignment has "
            f"{number(grades.possible)} points: scores are written as they are"
        )
    if course.delimiter != ",":
        notes.append(
            "Moodle reads worksheets with commas alone, and this one has none between cells"
        )
    above = [grade.name for row, grade in found.rows.items() if row not in fits]
    if above:
        notes.append(
            f"Above the maximum grade, which Moodle would refuse, and so left out: {named(above)}; "
            "raise the maximum in Moodle and take a new worksheet"
        )
    data = course.filled(filling.cells).encoded()
    export = Export({_WORKSHEET: data}, len(filling.cells), notes, found.complete and not above)
    return export, [_of_row(course, row, numbers[row], grade) for row, grade in found.rows.items()]


def moodle_new(grades: Grades) -> tuple[Export, list[Participant]]:
    """Return grades by e-mail address and id number, for the gradebook's own CSV import.

    Without a worksheet, reports can be given back to whom the records have a participant's number.
    """
    rows = [["email", "idnumber", "name", grades.title]]
    known = [grade for grade in grades.grades if grade.ids.get("email") or grade.ids.get("sid")]
    for grade in known:
        ids = [grade.ids.get(kind, "") for kind in ("email", "sid")]
        rows.append([*ids, grade.plain_name, f"{grade.points:.2f}"])
    notes = []
    unknown = [grade.name for grade in grades.grades if grade not in known]
    if unknown:
        notes.append(f"Neither e-mail address nor id number known, and left out: {named(unknown)}")
    folders = {
        submission.student: Participant(submission.student, submission.ids["moodle"],
                                        submission.student)
        for submission in (grade.report.submission for grade in grades.grades)
        if submission.ids.get("moodle")
    }  # fmt: skip
    without = {grade.report.submission.student for grade in grades.grades} - set(folders)
    if without:
        notes.append(f"No participant's number known, so no report for {named(sorted(without))}")
    text = csv_text(map(plain_cell, row) for row in rows)
    export = Export({_GRADES: text.encode()}, len(known), notes, not unknown)
    return export, list(folders.values())


def feedback_zip(participants: list[Participant], pages: Mapping[str, bytes]) -> bytes:
    """Return the zip of reports to upload as feedback files; `pages` are reports by student.

    Each lies in the folder in which Moodle hands out and expects a participant's files.
    """
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for participant in sorted(participants, key=lambda one: int(one.number)):
            name = re.sub(r'[_/\\:*?"<>|\x00-\x1f]', " ", participant.name).strip(" .") or "student"
            folder = f"{name}_{participant.number}_assignsubmission_file"
            entry = zipfile.ZipInfo(f"{folder}/report.html", _DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, pages[participant.student], zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _participant(cell: str) -> str:
    """Return the number of a participant, whatever the word before it: "Participant 12"."""
    found = _PARTICIPANT.fullmatch(cell)
    return found[1] if found else ""


def _value(text: str) -> float | None:
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _grade_column(course: Sheet, rows: list[int], wanted: str) -> tuple[int, float | None, bool]:
    """Return the place of the grades, the maximum where it is told, and if it has a comma."""
    header = [" ".join(name.split()).casefold() for name in course.header]
    maxima = {
        place: most for place in range(1, len(header)) if (most := _maximum(course, rows, place))
    }
    name = wanted.casefold() or "grade"
    if name in header:
        target = header.index(name)
    elif wanted or not maxima:
        names = named(course.header)
        raise UsageError(
            f"no column {wanted!r}; the worksheet has: {names}" if wanted
            else f"which column holds the grades? name it with --column: {names}"
        )  # fmt: skip
    else:
        target = min(maxima)
    most = maxima.get(target, "")
    return target, _value(most), "," in most


def _maximum(course: Sheet, rows: list[int], place: int) -> str:
    """Return the number that every row repeats right of this column, if it holds grades up to it.

    That is how the grades are found whatever their column is called; "" where it is not so.
    """
    cells = {course.cell(row, place + 1) for row in rows}
    most = cells.pop()
    value = _value(most)
    before = [course.cell(row, place) for row in rows]
    if cells or not value or not all(_is_grade(cell, value) for cell in before):
        return ""
    return most


def _is_grade(cell: str, most: float) -> bool:
    value = _value(cell)
    return cell in ("", "-") or (value is not None and 0 <= value <= most)


def _ways(course: Sheet, rows: list[int], numbers: Mapping[int, str], target: int) -> list[Way]:
    # Columns before the grades say who it is, in an order and a language that differ.
    about = {row: [course.cell(row, place) for place in range(1, target)] for row in rows}
    blind = target == 2 or len({cells[0] for cells in about.values()}) < len(rows) / 2
    # A hand-in of a team has the number of its group, which may be that of some participant: a
    # number counts together with the name, unless names are hidden.
    numbered = {
        row: [f"{numbers[row]} {'' if blind else name_key(cells[0])}"]
        for row, cells in about.items()
    }
    return [
        Way(numbered, _numbered),
        Way(about, lambda person: [person.ids.get("email", "")]),
        Way(about, lambda person: person.called("sid", "login")),
        by_name({row: cells[:1] for row, cells in about.items()}),
        by_name(about),
    ]


def _numbered(person: Person) -> list[str]:
    number = person.ids.get("moodle")
    return [f"{number} ", f"{number} {name_key(person.plain_name)}"] if number else []


def _of_row(course: Sheet, row: int, participant: str, grade: Grade) -> Participant:
    return Participant(course.cell(row, 1), participant, grade.report.submission.student)
