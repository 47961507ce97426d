"""Reports name the mistake: whole hand-ins through the real pipeline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader import catalog
from grader.core.misconception import Edit
from grader.core.report import student_view
from grader.misconceptions import load_misconceptions, solution_with, variant_files
from grader.render.html import class_page, staff_page, student_page

BACKWARD = "batchnorm_backward"
STRANGE = Edit("layers.py", "dbeta = np.sum(dout, axis=0)", "dbeta = 1.234 * dout.sum(0)", BACKWARD)


def mistakes(entry, *names):
    known = {mistake.id: mistake for mistake in load_misconceptions(entry)}
    return [known[name] for name in names]


@pytest.fixture(scope="module")
def reports(batchnorm, grade_all, lay_out, tmp_path_factory):
    entry = catalog.find_assignment(batchnorm)
    strange = replace(mistakes(entry, "run-momentum-exchanged")[0], edits=(STRANGE,))
    hand_ins = {
        "right": entry.solution_files(),
        "one": solution_with(entry, mistakes(entry, "run-momentum-exchanged")),
        "two": solution_with(entry, mistakes(entry, "run-momentum-exchanged", "bwd-gamma-missing")),
        "strange": solution_with(entry, [strange]),
        "variant": variant_files(entry)["python_loops"],
    }
    root = tmp_path_factory.mktemp("class")
    folders = {student: lay_out(root / student, files) for student, files in hand_ins.items()}
    return grade_all(batchnorm, folders)


def named(report):
    return {
        criterion: {each.id for each in check.diagnosis}
        for check in report.checks
        if check.diagnosis
        for criterion in [check.criterion]
    }


def test_a_mistake_is_named_where_it_costs(reports):
    found = named(reports["one"])
    assert found["bn_running"] == {"run-momentum-exchanged"}
    assert set().union(*found.values()) == {"run-momentum-exchanged"}


def test_two_mistakes_are_named_each_in_its_place(reports):
    found = named(reports["two"])
    assert found["bn_running"] == {"run-momentum-exchanged"}
    assert found["bn_dx"] == {"bwd-gamma-missing"}


@pytest.mark.parametrize("student", ["right", "strange", "variant"])
def test_what_nothing_explains_is_called_nothing(student, reports):
    assert named(reports[student]) == {}


def test_the_pages_say_it_in_the_students_words(reports):
    words = next(c.diagnosis[0] for c in reports["one"].checks if c.diagnosis)
    page = student_page(reports["one"])
    assert f"It looks as if {words.title}." in page
    assert words.hint in page


@pytest.mark.parametrize(("told", "names"), [("name", True), ("nothing", False)])
def test_the_assignment_says_what_students_read(told, names, reports):
    report = reports["one"]
    report = replace(report, conditions=replace(report.conditions, diagnosis=told))
    words = next(c.diagnosis[0] for c in report.checks if c.diagnosis)
    page = student_page(report)
    assert (words.title in page) is names
    assert words.hint not in page
    assert all(not each.hint for c in student_view(report).checks for each in c.diagnosis)
    assert words.title in staff_page(report)


def test_the_class_page_counts_mistakes(reports):
    page = class_page(list(reports.values()))
    words = next(c.diagnosis[0] for c in reports["one"].checks if c.diagnosis)
    assert page.index("Known mistakes") < page.index(words.title, page.index("Known mistakes"))
    assert '2<span class="quiet"> of 5</span>' in page
