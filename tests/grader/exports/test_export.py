"""Grades to where courses keep them: a class graded once, and read as each platform would."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from grader import catalog, publish
from grader.cli import main
from grader.core.score import Score, Status

TITLE = "Batch and layer normalization in NumPy"
FORMULA = "=HYPERLINK(1)"
WHOSE = {
    "Zoë Müller": {"ids": {"canvas": "11", "moodle": "501", "email": "zoe@uni.edu", "sid": "s11",
                           "gradescope": "9001"},
                   "received": "2026-03-01T23:00:00+01:00"},
    FORMULA: {"ids": {"canvas": "12", "moodle": "502", "email": "eve@uni.edu",
                      "gradescope": "9002"},
              "received": "2026-03-03T12:00:00+01:00"},
    "bob": {"ids": {"login": "bob12", "sid": "s13", "late": "yes", "gradescope": "../../etc"}},
    "team 4": {"members": ["Ana Ng", "ben@uni.edu"], "ids": {"moodle": "77"},
               "received": "2026-03-02T00:05:00+01:00"},
    "waits": {"ids": {"canvas": "15", "moodle": "505", "email": "w@uni.edu"}},
    "ours": {"ids": {"canvas": "16", "moodle": "506", "email": "o@uni.edu", "gradescope": "9006"}},
}  # fmt: skip
POLICY = (
    'due = 2026-03-01T23:59:00\ntimezone = "Europe/Berlin"\ngrace = "15 min"\nper_day = 10\n'
    'cap = 50\ncut_off = "7 days"\n'
)


@pytest.fixture(scope="module")
def graded(project, batchnorm, grade_all, tmp_path_factory):
    """The output folder of a class: plain hand-ins, a group, one that waits, one withheld."""
    class_ = project / "tests" / "submissions" / "batchnorm"
    cases = {
        "Zoë Müller": "correct_package",
        FORMULA: "momentum_swapped",
        "bob": "unfinished",
        "李 明": "nothing",
        "team 4": "perfect_staged",
        "waits": "seed_002",
        "ours": "unfinished",
    }
    reports = grade_all(
        batchnorm, {student: class_ / case / "hand-in" for student, case in cases.items()}
    )
    out = tmp_path_factory.mktemp("class") / "out"
    told = []
    for student, report in reports.items():
        submission = replace(report.submission, **WHOSE.get(student, {}))
        score = report.score
        if student == "ours":
            score = Score(Status.BROKEN, None, score.possible, 0.0)
        told.append(replace(report, submission=submission, score=score))
        publish.publish_report(out, told[-1])
    publish.publish_class(out, told, catalog.find_assignment(batchnorm).assignment.criteria)
    return out


def export(out, target, *options, code=None):
    done = CliRunner().invoke(main, ["export", str(out), target, *map(str, options)])
    if code is not None:
        assert done.exit_code == code, done.output
    return " ".join(done.output.split())


def write(folder, name, text):
    path = folder / name
    path.write_bytes(text.encode())
    return path


# Canvas

GRADEBOOK = (
    f"\ufeffStudent;ID;SIS User ID;SIS Login ID;Section;Notes;{TITLE} (345);"
    "Homework (12);Final Score\r\n"
    ";;;;;;Manual Posting;;\r\n"
    "    Points Possible;;;;;;165.00;10.00;(read only)\r\n"
    '"Müller, Zoë";11;;;"A; B";=1+1;1.00;9.50;80\r\n'
    "Anyone;12;;;A;;;9;70\r\n"
    "Bobby;13;s13;;A;;ex;8;\r\n"
    "明, 李;14;;;A;;;;\r\n"
    "Ng, Ana;17;;;A;;;;\r\n"
    '"Ito, Ben";18;;ben@uni.edu;A;;;;\r\n'
    "Waits;15;;;A;;5;;\r\n"
    "Ours;16;;;A;;6;;\r\n"
    '"Student, Test";99;;;A;;;;\r\n'
)


def test_canvas_finds_the_scores_in_the_courses_own_gradebook(graded, tmp_path, read_canvas):
    course, out = write(tmp_path, "gradebook.csv", GRADEBOOK), tmp_path / "import.csv"
    told = export(graded, "canvas", "--course", course, "--out", out, code=1)
    scores = {who: row["345"] for who, row in read_canvas(out.read_bytes()).items()}
    assert scores == {
        "11": "139.00", "12": "90.00", "13": "ex", "14": "0.00", "17": "144.00", "18": "144.00",
        "15": "5", "16": "6", "99": "",
    }  # fmt: skip
    assert "5 grades" in told
    assert "3 rows of the course's file without a grade" in told
    assert "Excused in Canvas, and so they stay (EX): bob" in told
    assert "1 hand-in awaits a person and left out" in told
    assert "Withheld, as grading failed on our side, and left out: ours" in told


def test_canvas_gets_the_gradebook_back_but_for_the_scores(graded, tmp_path):
    course, out = write(tmp_path, "gradebook.csv", GRADEBOOK), tmp_path / "import.csv"
    export(graded, "canvas", "--course", course, "--out", out)
    before, after = course.read_bytes().split(b"\r\n"), out.read_bytes().split(b"\r\n")
    assert course.read_bytes() == GRADEBOOK.encode()
    assert len(before) == len(after)
    changed = {place for place, line in enumerate(before) if after[place] != line}
    assert changed == {3, 4, 6, 7, 8}
    assert after[3] == before[3].replace(b";1.00;9.50", b";139.00;9.50")


def test_canvas_leaves_out_who_matches_nobody_or_two(graded, tmp_path):
    text = (
        f"Student,ID,SIS Login ID,Section,{TITLE} (345)\n"
        '"Müller, Zoë",,,A,\n"Zoë Müller",,,B,\nX,12,bob12,A,\nLi Ming,,,A,7\n'
    )
    course, out = write(tmp_path, "gradebook.csv", text), tmp_path / "import.csv"
    told = export(graded, "canvas", "--course", course, "--out", out, code=1)
    assert out.read_bytes() == text.encode()
    assert "Matched nobody in the course's file, and left out: Ana Ng, ben@uni.edu, 李 明" in told
    assert "Stands on two rows or more of the course's file, and left out: Zoë Müller" in told
    assert f"one and the same row, which is left as it was: {FORMULA}, bob" in told


def test_canvas_needs_to_know_which_column(graded, tmp_path, read_canvas):
    header = "Student,ID,SIS Login ID,Section,{}\n    Points Possible,,,,1,1,(read only)\n"
    twice = f"{TITLE.upper()} (1),{TITLE} (2),Final"
    course = write(tmp_path, "g.csv", header.format(twice) + "Any,12,,A,,,\n")
    told = export(graded, "canvas", "--course", course, code=2)
    assert f"several columns could be '{TITLE}'" in told
    out = tmp_path / "import.csv"
    told = export(graded, "canvas", "--course", course, "--column", "2", "--out", out)
    assert read_canvas(out.read_bytes())["12"] == {"1": "", "2": "90.00", "Final": ""}
    assert "has 1 points in Canvas, the assignment 165" in told
    told = export(graded, "canvas", "--course", course, "--column", "Final", code=2)
    assert "no column 'Final'" in told
    other = write(tmp_path, "h.csv", "a,b\n1,2\n")
    assert "no Canvas gradebook" in export(graded, "canvas", "--course", other, code=2)


def test_canvas_takes_a_gradebook_of_our_own(graded, tmp_path, read_canvas):
    out = tmp_path / "new.csv"
    export(graded, "canvas", "--out", out, code=1)
    scores = {who: row[TITLE] for who, row in read_canvas(out.read_bytes()).items()}
    assert scores == {"11": "139.00", "12": "90.00", "s13": "39.50", "李 明": "0.00",
                      "Ana Ng": "144.00", "ben@uni.edu": "144.00"}  # fmt: skip
    names = [row[0] for row in csv.reader(io.StringIO(out.read_text(encoding="utf-8")))]
    assert f"'{FORMULA}" in names
    assert names[1] == "    Points Possible"


# Moodle

ENGLISH = {"id": "Identifier", "grade": "Grade", "max": "Maximum Grade", "who": "Participant "}
GERMAN = {"id": "ID", "grade": "Bewertung", "max": "Bestwertung", "who": "Teilnehmer/in"}


def worksheet(words, maximum="165.00"):
    columns = f'"Full name","Email address",Status,{words["grade"]},{words["max"]}'
    more = '"Grade can be changed","Last modified (grade)","Feedback comments"'
    lines = [f"{words['id']},{columns},{more}"]
    people = [("501", "Zoë Müller", "zoe@uni.edu"), ("502", FORMULA, "eve@uni.edu"),
              ("503", "s13 bob", "b@uni.edu"), ("504", "李 明", "li@uni.edu"),
              ("505", "Waits", "w@uni.edu"), ("506", "Ours", "o@uni.edu"),
              ("507", "Ana Ng", "ana@uni.edu"), ("508", "Ben Ito", "ben@uni.edu"),
              ("509", "Nobody", "no@uni.edu")]  # fmt: skip
    for number, name, email in people:
        who = f"{words['who']}{number}"
        grade = "12,00" if "," in maximum and number == "505" else ""
        lines.append(f'"{who}","{name}",{email},Submitted,"{grade}","{maximum}",Yes,-,"a, b"')
    return "\r\n".join(lines) + "\r\n"


MOODLE = {"501": 139.0, "502": 90.0, "504": 0.0, "507": 144.0, "508": 144.0}


@pytest.mark.parametrize(
    ("words", "maximum", "decimal"),
    [(ENGLISH, "165.00", "."), (GERMAN, "165.00", "."), (GERMAN, "165,00", ",")],
)
def test_moodle_finds_the_grades_in_its_worksheet(  # noqa: PLR0913, PLR0917 - fixtures
    graded, tmp_path, words, maximum, decimal, read_moodle
):
    course = write(tmp_path, "worksheet.csv", worksheet(words, maximum))
    told = export(graded, "moodle", "--course", course, "--out", tmp_path / "m", code=1)
    data = (tmp_path / "m" / "moodle-worksheet.csv").read_bytes()
    waits = {"505": 12.0} if decimal == "," else {}
    assert read_moodle(data, words, decimal) == MOODLE | waits
    assert "left out: bob" in told
    old, new = (
        list(csv.reader(io.StringIO(text.decode()))) for text in (course.read_bytes(), data)
    )
    for before, after in zip(old, new, strict=True):
        assert before[:4] + before[5:] == after[:4] + after[5:]


def test_moodle_would_refuse_more_than_the_maximum_and_it_is_told(graded, tmp_path, read_moodle):
    course = write(tmp_path, "worksheet.csv", worksheet(ENGLISH, "100.00"))
    told = export(graded, "moodle", "--course", course, "--out", tmp_path / "m", code=1)
    data = (tmp_path / "m" / "moodle-worksheet.csv").read_bytes()
    assert read_moodle(data, ENGLISH) == {"502": 90.0, "504": 0.0}
    assert "maximum grade is 100 in Moodle, the assignment has 165" in told
    assert "Above the maximum grade" in told


def test_moodle_gives_reports_back_by_the_worksheet(graded, tmp_path, read_feedback):
    course = write(tmp_path, "worksheet.csv", worksheet(ENGLISH))
    told = export(graded, "moodle", "--course", course, "--out", tmp_path / "m")
    pages = read_feedback(tmp_path / "m" / "moodle-feedback.zip")
    assert set(pages) == {501, 502, 504, 507, 508}
    page = (graded / "students" / "Zoë Müller" / "report.html").read_text(encoding="utf-8")
    assert pages[501] == ("report.html", page)
    assert pages[507] == pages[508]
    with zipfile.ZipFile(tmp_path / "m" / "moodle-feedback.zip") as archive:
        assert "Zoë Müller_501_assignsubmission_file/report.html" in archive.namelist()
    assert "5 reports to give back" in told


def test_moodle_without_a_worksheet(graded, tmp_path, read_feedback):
    told = export(graded, "moodle", "--out", tmp_path / "m", code=1)
    text = (tmp_path / "m" / "moodle-grades.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["email"], row["idnumber"], row[TITLE]) for row in rows] == [
        ("eve@uni.edu", "", "90.00"),
        ("zoe@uni.edu", "s11", "139.00"),
        ("", "s13", "39.50"),
    ]
    assert "left out: Ana Ng, ben@uni.edu, 李 明" in told
    assert "No participant's number known, so no report for bob, 李 明" in told
    # The folder of a team has the number of its group.
    assert set(read_feedback(tmp_path / "m" / "moodle-feedback.zip")) == {501, 502, 77}


def test_a_team_is_not_taken_for_the_participant_with_its_number(graded, tmp_path, read_moodle):
    text = (
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (grade)\n"
        "Participant 77,Some Body,s@uni.edu,-,,165.00,-\n"
        "Participant 501,Zoë Müller,,-,,165.00,-\n"
    )
    course = write(tmp_path, "worksheet.csv", text)
    own = tmp_path / "out"
    shutil.copytree(graded, own)
    record = json.loads((own / "staff" / "team 4.json").read_text(encoding="utf-8"))
    record["submission"]["members"] = []
    write(own / "staff", "team 4.json", json.dumps(record))
    told = export(own, "moodle", "--course", course, "--out", tmp_path / "m", code=1)
    data = (tmp_path / "m" / "moodle-worksheet.csv").read_bytes()
    assert read_moodle(data, ENGLISH) == {"501": 139.0}
    assert re.search(r"Matched nobody .* team 4", told)


def test_numbers_do_where_names_are_hidden(graded, tmp_path, read_moodle):
    text = "Identifier,Status,Grade,Maximum Grade,Last modified (grade)\n" + "".join(
        f"Participant {number},Submitted,,165.00,-\n" for number in (501, 502, 503)
    )
    course = write(tmp_path, "worksheet.csv", text)
    export(graded, "moodle", "--course", course, "--out", tmp_path / "m", code=1)
    data = (tmp_path / "m" / "moodle-worksheet.csv").read_bytes()
    assert read_moodle(data, ENGLISH) == {"501": 139.0, "502": 90.0}


def test_two_of_one_name_are_told_apart_by_their_ids(graded, tmp_path, read_canvas):
    own = tmp_path / "out"
    (own / "staff").mkdir(parents=True)
    for case, number in (("bob", "31"), ("Zoë Müller", "32")):
        record = json.loads((graded / "staff" / f"{case}.json").read_text(encoding="utf-8"))
        record["submission"] |= {"student": f"Ann Lee ({number})", "ids": {"canvas": number}}
        write(own / "staff", f"Ann Lee ({number}).json", json.dumps(record))
    text = f"Student,ID,Section,{TITLE}\n" + '"Lee, Ann",31,,\n"Lee, Ann",32,,\n'
    course, out = write(tmp_path, "gradebook.csv", text), tmp_path / "import.csv"
    export(own, "canvas", "--course", course, "--out", out, code=0)
    scores = {who: row[TITLE] for who, row in read_canvas(out.read_bytes()).items()}
    assert scores == {"31": "39.50", "32": "139.00"}
    export(own, "canvas", code=0)
    text = (own / "exports" / "canvas.csv").read_text(encoding="utf-8")
    assert text.count("Ann Lee,") == 2


def test_moodle_needs_to_know_which_column(graded, tmp_path):
    text = "ID,Name,Wert\nTeilnehmer/in502,X,\n"
    course = write(tmp_path, "w.csv", text)
    told = export(graded, "moodle", "--course", course, "--out", tmp_path / "m", code=2)
    assert "--column: ID, Name, Wert" in told
    export(graded, "moodle", "--course", course, "--column", "Wert", "--out", tmp_path / "m")
    data = (tmp_path / "m" / "moodle-worksheet.csv").read_bytes()
    assert data == text.replace("X,", "X,90.00").encode()
    other = write(tmp_path, "o.csv", "a,b\nx,2\n")
    assert "no Moodle worksheet" in export(graded, "moodle", "--course", other, code=2)


# Gradescope, and the records


def test_gradescope_gets_results_by_submission(graded, tmp_path):
    told = export(graded, "gradescope", "--out", tmp_path / "g", code=1)
    found = {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in (tmp_path / "g").rglob("*.json")
    }
    assert {number: results["score"] for number, results in found.items()} == {
        "9001": 139.0, "9002": 90.0,
    }  # fmt: skip
    assert "left out: bob, team 4, 李 明" in told


def test_csv_is_the_table_of_grades_again(graded, tmp_path):
    export(graded, "csv", "--out", tmp_path / "again.csv", code=0)
    assert (tmp_path / "again.csv").read_bytes() == (graded / "grades.csv").read_bytes()


def test_json_lines_hold_what_students_may_see(graded, tmp_path):
    export(graded, "json", "--out", tmp_path / "r.jsonl", code=0)
    export(graded, "json", "--staff", "--out", tmp_path / "s.jsonl", code=0)
    told, whole = (
        [json.loads(line) for line in (tmp_path / name).read_text(encoding="utf-8").splitlines()]
        for name in ("r.jsonl", "s.jsonl")
    )
    assert len(told) == len(whole) == 7
    for record, staff in zip(told, whole, strict=True):
        name = record["submission"]["student"]
        path = graded / "students" / name / "report.json"
        assert record == json.loads(path.read_text(encoding="utf-8"))
        assert staff == json.loads((graded / "staff" / f"{name}.json").read_text(encoding="utf-8"))


def test_junit_holds_a_suite_for_each(graded, tmp_path):
    export(graded, "junit", "--out", tmp_path / "j.xml", code=0)
    suites = ET.fromstring((tmp_path / "j.xml").read_bytes()).findall("testsuite")  # noqa: S314
    assert len(suites) == 7


# Late policies


def test_a_late_policy_changes_the_scores_and_nothing_is_graded_again(graded, tmp_path):
    policy = write(tmp_path, "policy.toml", POLICY)
    told = export(graded, "csv", "--late", policy, "--out", tmp_path / "late.csv", code=0)
    text = (tmp_path / "late.csv").read_text(encoding="utf-8")
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(text))}
    late = {name: (row["late"], row["deducted"], row["final"]) for name, row in rows.items()}
    team = late.get("team 4") or late["Ana Ng"]
    assert team == ("6 min", "0", "144")
    assert late["Zoë Müller"] == ("no", "0", "139")
    assert late[f"'{FORMULA}"] == ("1 day 12 h 1 min", "33", "57")
    assert late["bob"] == ("marked", "0", "39.5")
    assert late["李 明"] == ("unknown", "0", "0")
    assert late["ours"] == ("unknown", "", "")
    assert "2 hand-ins late, 33 points deducted in all" in told
    assert "Marked as late, not since when; a person must decide: bob" in told
    assert "taken as in time: ours, waits" in told


def test_a_late_policy_reaches_every_platform(graded, tmp_path, read_canvas, read_moodle):
    policy = write(tmp_path, "policy.toml", POLICY)
    course = write(tmp_path, "gradebook.csv", GRADEBOOK)
    export(graded, "canvas", "--course", course, "--late", policy, "--out", tmp_path / "c.csv")
    assert read_canvas((tmp_path / "c.csv").read_bytes())["12"]["345"] == "57.00"
    sheet = write(tmp_path, "worksheet.csv", worksheet(ENGLISH))
    export(graded, "moodle", "--course", sheet, "--late", policy, "--out", tmp_path / "m")
    data = (tmp_path / "m" / "moodle-worksheet.csv").read_bytes()
    assert read_moodle(data, ENGLISH) == MOODLE | {"502": 57.0}
    export(graded, "gradescope", "--late", policy, "--out", tmp_path / "g")
    results = json.loads((tmp_path / "g" / "9002" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == 57
    assert "Handed in 1 day 12 h 1 min late, 2 days started" in results["output"]


def test_an_extension_is_granted_and_one_of_nobody_told(graded, tmp_path):
    write(tmp_path, "extensions.csv", f"student,days\n{FORMULA},3\nnemo,2\n")
    policy = write(tmp_path, "policy.toml", POLICY + 'extensions = "extensions.csv"\n')
    told = export(graded, "csv", "--late", policy, "--out", tmp_path / "late.csv", code=0)
    assert "1 hand-in late, 0 points deducted in all" in told
    assert "Extensions of nobody here: nemo" in told


# What is not exported, and what cannot be


def test_what_awaits_a_person_goes_out_only_when_asked_for(graded, tmp_path, read_canvas):
    course, out = write(tmp_path, "gradebook.csv", GRADEBOOK), tmp_path / "import.csv"
    told = export(graded, "canvas", "--course", course, "--include-awaiting", "--out", out)
    record = json.loads((graded / "staff" / "waits.json").read_text(encoding="utf-8"))
    assert read_canvas(out.read_bytes())["15"]["345"] == f"{record['score']['earned']:.2f}"
    assert "awaits a person" not in told


def test_a_class_without_any_grade_yet_changes_nothing(graded, tmp_path):
    own = tmp_path / "out"
    (own / "staff").mkdir(parents=True)
    shutil.copy(graded / "staff" / "waits.json", own / "staff")
    course, out = write(tmp_path, "gradebook.csv", GRADEBOOK), tmp_path / "import.csv"
    told = export(own, "canvas", "--course", course, "--out", out, code=0)
    assert "0 grades:" in told
    assert out.read_bytes() == course.read_bytes()
    assert "0 grades" in export(own, "moodle", "--out", tmp_path / "m", code=0)
    assert "nothing to write" in export(own, "gradescope", "--out", tmp_path / "g", code=0)


def test_exports_go_beside_the_records_when_no_place_is_named(graded, tmp_path):
    own = tmp_path / "out"
    shutil.copytree(graded, own)
    told = export(own, "csv", code=0)
    assert (own / "exports" / "grades.csv").is_file()
    assert "7 records:" in told
    (own / "exports" / "grades.csv").write_text("of an earlier export")
    export(own, "csv", code=0)
    assert (own / "exports" / "grades.csv").read_bytes() == (own / "grades.csv").read_bytes()
    export(own, "csv", "--out", tmp_path, code=0)
    assert (tmp_path / "grades.csv").is_file()


def test_nothing_that_is_there_is_replaced_elsewhere(graded, tmp_path):
    policy, roster = write(tmp_path, "policy.toml", POLICY), write(tmp_path, "r.csv", "name\nbob\n")
    page = tmp_path / "m" / "moodle-feedback.zip"
    page.parent.mkdir()
    page.symlink_to("nowhere")
    for out in (policy, roster, graded / "index.html"):
        before = out.read_bytes()
        told = export(graded, "csv", "--late", policy, "--out", out, code=2)
        assert told.startswith("grader: ")
        assert "write to another place" in told
        assert out.read_bytes() == before
    assert "exists already" in export(graded, "moodle", "--out", tmp_path / "m", code=2)
    assert [path.name for path in page.parent.iterdir()] == [page.name]
    own = tmp_path / "own"
    shutil.copytree(graded / "staff", own / "staff")
    (own / "exports").mkdir()
    policy = write(own / "exports", "grades.csv", POLICY)
    assert "the late policy" in export(own, "csv", "--late", policy, code=2)


def test_who_has_a_part_in_two_hand_ins_gets_nothing_and_is_told(graded, tmp_path):
    own = tmp_path / "out"
    (own / "staff").mkdir(parents=True)
    shutil.copy(graded / "staff" / "team 4.json", own / "staff")
    record = json.loads((graded / "staff" / "bob.json").read_text(encoding="utf-8"))
    record["submission"]["student"] = "Ana Ng"
    write(own / "staff", "Ana Ng.json", json.dumps(record))
    told = export(own, "canvas", code=1)
    assert "1 grade:" in told
    assert "Has a part in several hand-ins, and left out: Ana Ng" in told
    assert "in several hand-ins, with a row or record for each: Ana Ng" in export(
        own, "csv", code=1
    )


def test_what_cannot_be_meant_is_one_line(graded, tmp_path):
    course = write(tmp_path, "gradebook.csv", GRADEBOOK)
    told = export(graded, "canvas", "--course", course, "--out", course, code=2)
    assert "the course's own file" in told
    assert course.read_bytes() == GRADEBOOK.encode()
    assert "--late goes with" in export(graded, "json", "--late", course, code=2)
    assert "--course goes with" in export(graded, "csv", "--course", course, code=2)
    assert "is a file" in export(graded, "moodle", "--out", course, code=2)
    assert "no folder that `grader grade` wrote" in export(tmp_path, "csv", code=2)
    none = tmp_path / "none"
    assert "none cannot be read" in export(graded, "canvas", "--course", none, code=2)
    assert "none: No such file" in export(graded, "csv", "--late", none, code=2)
    latin = tmp_path / "latin.csv"
    latin.write_bytes("Student,ID\nMüller,1\n".encode("latin-1"))
    assert "not UTF-8" in export(graded, "canvas", "--course", latin, code=2)


def test_a_record_of_another_format_is_named(graded, tmp_path):
    own = tmp_path / "out"
    (own / "staff").mkdir(parents=True)
    text = (graded / "staff" / "bob.json").read_text(encoding="utf-8")
    write(own / "staff", "bob.json", text.replace("report/1", "report/9"))
    assert re.search(r"bob\.json: .*report/9", export(own, "csv", code=2))
    write(own / "staff", "bob.json", "{}")
    assert "bob.json: not a report" in export(own, "csv", code=2)
