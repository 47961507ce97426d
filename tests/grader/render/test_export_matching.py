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
from grader.core.report import SubmittedFile
from grader.core.sheet import parse_sheet
from grader.render.exports.canvas import canvas_filled
from grader.render.exports.moodle import Participant, feedback_zip, moodle_filled
from grader.render.exports.people import Grades, grades_of, in_several, name_key, named


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
    course = parse_sheet(f'{text}"Lee, Ann",1,,,\nY,2,,,\nX,3,1,,\n'.encode())
    made = canvas_filled(grades, course)
    assert column(made, 4)[1:] == ["", "108.00", "108.00"]
    assert made.complete


@pytest.mark.parametrize("with_grade", [True, False])
def test_a_row_that_means_two_students_gets_nothing(class_of, with_grade):
    grades = class_of(Carl={"canvas": "3"}, Ann={"canvas": "1", "sid": "s1"})
    if not with_grade:
        person, grade = reversed(grades.grades)
        grades = replace(grades, grades=[person], others=[grade])
    text = "Student,ID,SIS User ID,Section,Batch normalization\n"
    made = canvas_filled(grades, parse_sheet(f"{text}Ann,3,s1,,5\nA,1,,,\n".encode()))
    assert column(made, 4)[1] == "5"
    assert not made.complete
    assert "Names or ids of different students, left as it was: row 2 (" in made.notes[0]


def test_namesakes_are_no_contradiction(class_of):
    grades = class_of(**{"Ann Lee (1)": {"canvas": "1"}, "leeann": {"canvas": "2"}})
    text = 'Student,ID,Section,Batch normalization\n"Lee, Ann",2,,\n"Lee, Ann",1,,\n'
    made = canvas_filled(grades, parse_sheet(text.encode()))
    assert column(made, 3)[1:] == ["108.00", "108.00"]


def test_what_a_person_graded_stays_where_nothing_was_handed_in(make_report):
    nothing, something = (make_report(name) for name in ("Carl", "Dora"))
    handed_in = replace(nothing.submission, files=[SubmittedFile("layers.py", "missing")])
    nothing = replace(nothing, submission=handed_in, notebook=None)
    grades = grades_of([nothing, something], awaiting=False)
    text = "Student,ID,Section,Batch normalization\nCarl,1,,77\nDora,2,,77\n"
    made = canvas_filled(grades, parse_sheet(text.encode()))
    assert column(made, 3)[1:] == ["77", "108.00"]
    assert "so the grade there stays: Carl 77" in made.notes[0]
    assert made.notes[1] == "Replaced 1 grade: Dora 77 -> 108.00"
    made, _ = moodle_filled(
        grades, parse_sheet(b"ID,Name,Mail,Grade,Max\nP1,Carl,a,-,108\nP2,Dora,b,108.0,108\n")
    )
    assert column(made, 3)[1:] == ["108.00", "108.00"]
    assert not [note for note in made.notes if "stays" in note or "Replaced" in note]


def test_members_of_a_group_are_found_by_their_own_ids(make_report):
    team = make_report("team")
    ids = [{"sid": "s1"}, {"email": "bo@uni.edu"}, {}]
    known = {"members": ["x", "y", "Zoë"], "member_ids": ids}
    team = replace(team, submission=replace(team.submission, **known))
    grades = grades_of([team], awaiting=False)
    text = "Student,ID,SIS User ID,SIS Login ID,Section,Batch normalization\n"
    rows = "Ann,1,s1,,,\nBo,2,,bo@uni.edu,,\nZoë,3,,,,\n"
    made = canvas_filled(grades, parse_sheet(f"{text}{rows}".encode()))
    assert column(made, 5)[1:] == ["108.00"] * 3
    text = "ID,Name,Mail,Number,Grade\nP1,Ann,,s1,\nP2,Bo,BO@uni.edu,,\nP3,Zoë,,,\n"
    made, participants = moodle_filled(grades, parse_sheet(text.encode()))
    assert column(made, 4)[1:] == ["108.00"] * 3
    assert {participant.student for participant in participants} == {"team"}


@pytest.mark.parametrize(
    ("ids", "same"),
    [({}, True), ({"sid": "s1"}, True), ({"sid": "s2"}, False), ({"email": "a@b"}, True)],
)
def test_who_has_a_part_in_two_hand_ins_is_known_by_name_or_id(make_report, ids, same):
    team, alone = make_report("team"), make_report("Ann")
    known = {"members": ["Ann", "Bo"], "member_ids": [{"sid": "s1"}, {}]}
    team = replace(team, submission=replace(team.submission, **known))
    alone = replace(alone, submission=replace(alone.submission, ids=ids))
    assert in_several([team, alone]) == (["Ann"] if same else [])
    graded = [grade.name for grade in grades_of([team, alone], awaiting=False).grades]
    assert graded == (["Bo"] if same else ["Ann", "Ann", "Bo"])
    other = replace(alone, submission=replace(alone.submission, student="A. L.", ids={"sid": "S1"}))
    assert in_several([team, other]) == ["A. L.", "Ann"]


def test_a_gradebook_may_have_first_and_last_names_apart(class_of):
    text = "LastName,FirstName,ID,Section,Batch normalization (7)\nLee,Ann,1,,\nLee,Bo,2,,\n"
    made = canvas_filled(class_of(Ann_Lee={}), parse_sheet(text.encode()))
    assert column(made, 4)[1:] == ["108.00", ""]


def test_nobody_is_guessed_where_a_name_is_there_twice(class_of):
    text = "Student,ID,Section,Batch normalization (7)\nAnn Lee,1,,\n" + '"Lee, Ann",2,,\n'
    made = canvas_filled(class_of(Ann_Lee={}), parse_sheet(text.encode()))
    assert column(made, 3)[1:] == ["", ""]
    assert not made.complete
    assert made.notes[0] == "Stands on two rows or more of the course's file, and left out: Ann Lee"


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
