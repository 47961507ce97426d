"""Which row of a course's table is whose."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.core.errors import UsageError
from grader.core.sheet import parse_sheet
from grader.render.exports.canvas import canvas_filled
from grader.render.exports.moodle import Participant, feedback_zip, moodle_filled
from grader.render.exports.people import Grades, grades_of, name_key, named


@pytest.fixture
def class_of(make_report):
    """Return the grades of students who earned everything, 108 of 100, by name and ids."""

    def grades(**ids):
        reports = []
        for name, known in ids.items():
            report = make_report(name.replace("_", " "))
            reports.append(replace(report, submission=replace(report.submission, ids=known)))
        return grades_of(reports, awaiting=False)

    return grades


def column(made, place):
    (data,) = made.files.values()
    return [row[place] for row in csv.reader(io.StringIO(data.decode()))]


@pytest.mark.parametrize("names", [("Zoë Müller", "Müller, Zoë"), ("A_B-C", "c b a"),
                                   ("\uff3aoe", "zoe"), ("Zoe\u0308", "zoë")])  # fmt: skip
def test_a_name_is_the_same_in_any_order_and_writing(names):
    assert name_key(names[0]) == name_key(names[1])


def test_other_names_are_others():
    assert len({name_key(name) for name in ("Zoë", "Zoe", "Zoë Zoë", "李 明")}) == 4


def test_an_id_comes_before_a_name(class_of):
    grades = class_of(Ann_Lee={"canvas": "2"}, Bo_Ek={"sid": "1"})
    text = "Student,ID,SIS User ID,Section,Batch normalization\n"
    course = parse_sheet(f'{text}"Lee, Ann",1,,,\n"Ek, Bo",2,,,\nX,3,1,,\n'.encode())
    made = canvas_filled(grades, course)
    assert column(made, 4)[1:] == ["", "108.00", "108.00"]
    assert made.complete


def test_a_gradebook_may_have_first_and_last_names_apart(class_of):
    text = "LastName,FirstName,ID,Section,Batch normalization (7)\nLee,Ann,1,,\nLee,Bo,2,,\n"
    made = canvas_filled(class_of(Ann_Lee={}), parse_sheet(text.encode()))
    assert column(made, 4)[1:] == ["108.00", ""]


def test_nobody_is_guessed_where_a_name_is_there_twice(class_of):
    text = "Student,ID,Section,Batch normalization (7)\nAnn Lee,1,,\n" + '"Lee, Ann",2,,\n'
    made = canvas_filled(class_of(Ann_Lee={}), parse_sheet(text.encode()))
    assert column(made, 3)[1:] == ["", ""]
    assert not made.complete


def test_a_column_of_moodle_that_only_looks_like_a_maximum_is_not_one(class_of):
    # Every row repeats the group's number, after a column that holds no grades.
    text = "ID,Name,Mail,Gruppe,Status,Bewertung,Max\nP1,Ann,a@b,4,-,,108\nP2,Bo,c@d,4,-,3,108\n"
    made, _ = moodle_filled(class_of(Ann={"moodle": "1"}), parse_sheet(text.encode()))
    assert column(made, 5) == ["Bewertung", "108.00", "3"]


def test_a_worksheet_with_semicolons_is_filled_in_and_told(class_of):
    text = "ID;Name;Grade\nP1;Ann;\n"
    made, _ = moodle_filled(class_of(Ann={"moodle": "1"}), parse_sheet(text.encode()))
    (data,) = made.files.values()
    assert data.decode().endswith("P1;Ann;108.00\n")
    assert any("commas" in note for note in made.notes)


def test_a_worksheet_without_anybody_is_none(class_of):
    with pytest.raises(UsageError, match="no Moodle worksheet"):
        moodle_filled(class_of(Ann={}), parse_sheet(b"Identifier,Full name,Grade\n"))


def test_participants_of_one_name_are_told_apart_by_their_numbers(class_of):
    text = "ID,Name,Mail,Grade\nP1,Ann Lee,a@b,\nP2,Ann Lee,c@d,\nP3,Bo,e@f,\n"
    grades = class_of(**{"Ann Lee (2)": {"moodle": "2"}})
    made, (participant,) = moodle_filled(grades, parse_sheet(text.encode()))
    assert column(made, 3)[1:] == ["", "108.00", ""]
    assert (participant.name, participant.number) == ("Ann Lee", "2")


def test_a_name_breaks_no_folder_of_the_feedback():
    people = [Participant("../a_b: =c", "12", "s"), Participant("...", "3", "s")]
    with zipfile.ZipFile(io.BytesIO(feedback_zip(people, {"s": b"page"}))) as archive:
        folders = [name.split("/") for name in archive.namelist()]
    assert folders == [["student_3_assignsubmission_file", "report.html"],
                       ["a b  =c_12_assignsubmission_file", "report.html"]]  # fmt: skip


def test_a_line_names_the_first_of_many():
    assert named([str(number) for number in range(25)]).endswith("18, 19 and 5 more")


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=9)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_what_the_course_wrote_comes_back_as_it_was(rows):
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["Student", "ID", "Notes", "Section", "Task (1)", "Other (2)"])
    writer.writerows([[name, "", note, "", "7", note] for name, note in rows])
    made = canvas_filled(Grades([], "Task", 7.0), parse_sheet(file.getvalue().encode()), "1")
    (data,) = made.files.values()
    assert data.decode() == file.getvalue()
