from __future__ import annotations

import csv
import io

import pytest

from grader.render.csv import grades_csv


def rows_of(reports, criteria):
    return list(csv.DictReader(io.StringIO(grades_csv(reports, criteria))))


def test_the_columns_are_the_contract(full, criteria):
    header = grades_csv([full], criteria).splitlines()[0]
    assert header == (
        "student,submission,score,possible,status,forward,running,dx,speed,inputs,group"
    )


def test_a_row_holds_the_points_of_each_criterion(full, criteria):
    assert rows_of([full], criteria) == [
        {
            "student": "ada",
            "submission": "ada.zip",
            "score": "55",
            "possible": "100",
            "status": "awaiting",
            "forward": "30",
            "running": "15",
            "dx": "0",
            "speed": "",
            "inputs": "10",
            "group": "0",
        }
    ]


def test_a_withheld_score_is_empty_and_never_0(withheld, criteria):
    (row,) = rows_of([withheld], criteria)
    assert (row["score"], row["status"], row["forward"]) == ("", "broken", "")
    assert row["running"] == "20"


def test_bonus_may_exceed_the_points_possible(perfect, criteria):
    (row,) = rows_of([perfect], criteria)
    assert (row["score"], row["possible"]) == ("108", "100")


def test_rows_are_ordered_by_student(klass, criteria):
    students = [row["student"] for row in rows_of(klass, criteria)]
    assert students == sorted(students)
    assert len(students) == len(klass)


@pytest.mark.parametrize("start", [*"=+-@\t\r", "\N{FULLWIDTH EQUALS SIGN}"])
def test_no_name_becomes_a_formula(make_report, criteria, start):
    (row,) = rows_of([make_report(start + "1+1")], criteria)
    assert row["student"] == f"'{start}1+1"
    assert row["submission"].startswith(f"'{start}")


@pytest.mark.parametrize("name", ["Åsa Bergström", "李 明", 'a "quoted", name', "two\nlines"])
def test_a_name_arrives_as_it_is(make_report, criteria, name):
    (row,) = rows_of([make_report(name)], criteria)
    assert row["student"] == name


def test_nobody_gives_a_header_alone(criteria):
    assert grades_csv([], criteria).count("\n") == 1
