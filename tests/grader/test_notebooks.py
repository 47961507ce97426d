"""A notebook of a hand-in, through the real pipeline: aligned, run again, judged, recorded."""

from __future__ import annotations

import io
import json

import nbformat
import pytest
from rich.console import Console

from grader import catalog
from grader.batch import ClassGrading
from grader.core.outcome import Outcome
from grader.core.score import Status
from grader.intake.submissions import HandIn
from grader.notebook.execution import Mode
from grader.render import html, text
from grader.run import Run
from grader.sandbox import tier as tiers
from grader.serial import grade_in_this_process
from tests.grader import toys
from tests.grader.toys import HELPED, hand_in, make

TOML = toys.rubric(
    "Add two arrays, and show it",
    toys.table("notebook", path="Sums.ipynb", files=["data/numbers.txt"], cell_seconds=20.0),
    toys.table("imports", packages=["course"]),
    toys.SUMS,
    toys.GIVEN_FILE,
    toys.ADD,
    toys.criterion("adds", 3),
    toys.criterion("shows", 2, "Shows that it adds"),
    toys.criterion("plots", 1, "Shows a figure"),
    toys.criterion("why", 4, "Says why", answer="answer-1"),
)
SUITE = (
    toys.IMPORTS
    + toys.SUM_ONCE
    + '''
@pytest.mark.criterion("shows")
def test_shown(notebook):
    """The notebook shows the sum and that it has no error."""
    notebook.expect_number("check", "sum")
    notebook.expect_number("check", "sum error", most=1e-6)

@pytest.mark.criterion("plots")
def test_plot(notebook):
    """The notebook shows a figure."""
    notebook.expect_figure("plot")
'''
)
CHECK = """import numpy as np
from sums import add
numbers = np.loadtxt("data/numbers.txt")
print("sum:", add(numbers, numbers).sum())
print("sum error:", abs(add(numbers, numbers) - 2 * numbers).max() + 1e-12)"""
PLOT = "import matplotlib.pyplot as plt\nplt.plot(numbers)\nplt.show()"
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
SHOWN = ["sum: 12.0\nsum error: 1e-12\n", PIXEL]
ANSWER = "Because addition is commutative, both ways give the same."


def notebook(outputs=(), *, check=CHECK, answer="*Write here.*"):
    """Return the notebook as bytes, with stored outputs of its two code cells."""
    v4 = nbformat.v4
    cells = [
        v4.new_code_cell(check, id="check", metadata={"grading": {"role": "given"}}),
        v4.new_code_cell(PLOT, id="plot", metadata={"grading": {"role": "given"}}),
        v4.new_markdown_cell(
            "Why does the order of the two arrays not matter here?",
            id="question-1",
            metadata={"grading": {"role": "given"}},
        ),
        v4.new_markdown_cell(
            answer,
            id="answer-1",
            metadata={"grading": {"role": "answer", "question": "question-1"}},
        ),
    ]
    for count, (cell, shown) in enumerate(zip(cells, outputs, strict=False), 1):
        cell.execution_count = count
        picture = {"image/png": shown, "text/plain": "<Figure>"}
        cell.outputs = [
            v4.new_output("display_data", data=picture)
            if shown == PIXEL
            else v4.new_output("stream", name="stdout", text=shown)
        ]
    return nbformat.writes(v4.new_notebook(cells=cells)).encode()


@pytest.fixture
def graded(tmp_path, tier):
    toy = make(tmp_path, toml=TOML, suite=SUITE)
    template = {"Sums.ipynb": notebook(), "data/numbers.txt": "1\n2\n3\n"}
    toys.lay_out(tmp_path / "student_template/toy", template)

    def run(mode, files, **conditions):
        folder = hand_in(tmp_path, "ann", files)
        found = []
        run = Run(catalog.find_assignment(toy), 0, tier, mode, **conditions)
        grade_in_this_process(run, [HandIn("ann", folder)], found.append)
        outcomes = {line.id: line.outcome for line in found[0].criteria}
        return outcomes, found[0]

    return run


def row_on_a_terminal(report):
    target = io.StringIO()
    Console(file=target, width=200, color_system=None).print(text.class_table([report]))
    return target.getvalue()


RIGHT = {"sums.py": HELPED.encode()}
EARNED = {
    "adds": Outcome.PASSED,
    "shows": Outcome.PASSED,
    "plots": Outcome.PASSED,
    "why": Outcome.AWAITING,
}


@pytest.mark.parametrize("folder", ["", "hw1/"])
@pytest.mark.parametrize("name", ["Sums.ipynb", "my work (final).ipynb"])
def test_what_is_shown_comes_out_again(graded, folder, name):
    files = {
        f"{folder}sums.py": RIGHT["sums.py"],
        f"{folder}{name}": notebook(SHOWN, answer=ANSWER),
    }
    outcomes, report = graded(Mode.ALWAYS, files)
    assert outcomes == EARNED
    assert (report.score.status, report.score.earned, report.score.pending) == (
        Status.AWAITING,
        6,
        4,
    )
    record = report.notebook
    assert (record.name, record.executed, record.missing) == (f"{folder}{name}", True, [])
    assert [line.verdict for line in record.evidence] == ["AGREES", "AGREES"]
    assert "awaits a person: 1 written answer" in row_on_a_terminal(report)
    assert ">1 written answer</a>" in html.class_page([report])
    assert ANSWER in html.staff_page(report)
    assert report.usage.cpu_seconds > 0
    assert [(a.criterion, a.blank, a.text) for a in record.answers] == [("why", False, ANSWER)]
    # What the page shows is what came out here.
    picture = record.document["cells"][1]["outputs"][0]["data"]["image/png"]
    assert picture.strip() != PIXEL


def pair(root):
    """Return the same hand-in of two students."""
    files = {"sums.py": HELPED, "Sums.ipynb": notebook(SHOWN)}
    return [HandIn(student, hand_in(root, student, files)) for student in ("ann", "bob")]


def test_each_cell_that_runs_is_told(tmp_path, graded):
    # `graded` has made the assignment; here two runner processes grade with it.
    del graded
    entry = catalog.find_assignment(str(tmp_path / "reference/toy"))
    members = pair(tmp_path)
    told = []
    with ClassGrading(Run(entry, 0, tiers.choose(), Mode.ALWAYS), members, jobs=2) as grading:
        grading.doing = lambda *words: told.append(words)
        assert {report.submission.student for report in grading} == {"ann", "bob"}
    for student in ("ann", "bob"):
        words = [words for who, words in told if who == student]
        assert words == ["running cell 1 of 2", "running cell 2 of 2"]


def test_a_package_of_the_course_is_there_though_the_files_lie_flat(graded):
    check = CHECK.replace("from sums", "from course.sums")
    files = RIGHT | {"Sums.ipynb": notebook(SHOWN, check=check)}
    assert graded(Mode.ALWAYS, files)[0] == EARNED


def test_what_the_code_does_not_give_is_contradicted(graded):
    files = {
        "sums.py": b"def add(a, b):\n    return a - b + 0.25\n",
        "Sums.ipynb": notebook(SHOWN),
    }
    outcomes, report = graded(Mode.ALWAYS, files)
    assert outcomes["shows"] is Outcome.FAILED
    assert report.notebook.evidence[0].verdict == "CONTRADICTS"
    assert "12" in report.notebook.evidence[0].sentence
    assert "0.75" in report.notebook.evidence[0].sentence
    # It is what everybody sees first, and "shows" is not told a second time beside it.
    assert "contradicts: sum" in row_on_a_terminal(report)
    assert "contradicts" in html.class_page([report])
    first = html.student_page(report).partition('id="first"')[2].partition('id="criteria"')[0]
    assert "The notebook shows what its code does not give" in first
    assert first.count("Shows that it adds") == 1


def test_what_does_not_come_out_again_earns_nothing(graded):
    files = {"sums.py": b"def add(a, b):\n    raise KeyError('x')\n", "Sums.ipynb": notebook(SHOWN)}
    outcomes, report = graded(Mode.ALWAYS, files)
    assert outcomes["shows"] is Outcome.FAILED
    evidence = report.notebook.evidence[0]
    assert evidence.verdict == "CONTRADICTS"
    assert "running it again prints none: the cell ends in KeyError" in evidence.sentence


@pytest.mark.parametrize(
    ("first", "ending"),
    [
        ("raise KeyError('x')\n", "it ends in KeyError"),
        ("import os\nos._exit(0)\n", "the kernel ended in an earlier cell"),
    ],
)
def test_a_stored_figure_proves_nothing_where_its_cell_does_not_run(graded, first, ending):
    # The figure is there, and was made by other code than this.
    failing = notebook(SHOWN, check=first + CHECK)
    outcomes, report = graded(Mode.ALWAYS, RIGHT | {"Sums.ipynb": failing})
    assert outcomes == EARNED | {"shows": Outcome.FAILED, "plots": Outcome.FAILED}
    said = next(check.finding.what for check in report.checks if check.criterion == "plots")
    assert ending in said or "NameError" in said


@pytest.mark.parametrize("mode", list(Mode))
def test_what_was_never_run_earns_nothing(graded, mode):
    outcomes, report = graded(mode, RIGHT | {"Sums.ipynb": notebook()})
    assert outcomes == EARNED | {"shows": Outcome.FAILED, "plots": Outcome.FAILED}
    assert report.notebook.executed == (mode is not Mode.NEVER)
    said = " ".join(check.finding.what for check in report.checks)
    assert "never run" in said
    assert report.notebook.answers[0].blank


def test_a_notebook_that_is_not_run_again_is_taken_at_its_word(graded):
    outcomes, report = graded(Mode.MISSING, RIGHT | {"Sums.ipynb": notebook(SHOWN)})
    assert outcomes == EARNED
    assert not report.notebook.executed
    assert {line.verdict for line in report.notebook.evidence} == {"NOTED"}


def test_no_notebook_costs_its_own_criteria_alone(graded):
    outcomes, report = graded(Mode.ALWAYS, RIGHT)
    missing = dict.fromkeys(("shows", "plots", "why"), Outcome.MISSING)
    assert outcomes == EARNED | missing
    assert report.score.status is Status.GRADED
    assert report.notebook is None
    assert report.checks[1].finding.what == "Sums.ipynb was not handed in"


def test_an_archive_that_cannot_be_opened_was_handed_in_all_the_same(graded):
    outcomes, report = graded(Mode.ALWAYS, {"hw.zip": b"PK\3\4 cut off"})
    unreadable = dict.fromkeys(("adds", "shows", "plots"), Outcome.UNREADABLE)
    # A person may be able to open what we cannot.
    assert outcomes == EARNED | unreadable
    assert report.score.status is Status.AWAITING
    assert {check.finding.what.partition(":")[0] for check in report.checks} == {
        "the archive cannot be opened"
    }


def test_a_notebook_is_withheld_where_no_kernel_may_be_started(graded):
    files = RIGHT | {"Sums.ipynb": notebook(SHOWN)}
    _, report = graded(Mode.ALWAYS, files, no_kernel="no walls here")
    assert report.score.status is Status.BROKEN
    assert report.staff_notes == ["no walls here"]
    # One that is not to be run needs none.
    outcomes, _ = graded(Mode.MISSING, files, no_kernel="no walls here")
    assert outcomes == EARNED


@pytest.mark.parametrize("content", [b"", b"not JSON", json.dumps({"cells": 3}).encode()], ids=str)
def test_a_damaged_notebook_costs_its_own_criteria_alone(graded, content):
    outcomes, report = graded(Mode.ALWAYS, RIGHT | {"Sums.ipynb": content})
    assert outcomes["adds"] is Outcome.PASSED
    assert {outcomes[line] for line in ("shows", "plots")} == {Outcome.UNREADABLE}
    # A person may be able to read what we cannot.
    assert outcomes["why"] is Outcome.AWAITING
    finding = report.checks[1].finding
    assert finding.what.startswith("the notebook cannot be read: it is ")
    assert (finding.where, "hand it in again" in finding.hint) == ("Sums.ipynb", True)
    # Nothing raised: report, class page and terminal say what it is.
    told = [html.student_page(report), html.class_page([report]), row_on_a_terminal(report)]
    for words in told:
        assert "the notebook cannot be read: it is " in words
        shown = words.partition("<body>")[2] or words
        assert not any(word in shown for word in ("raised", "an exception"))
    assert "unreadable: the notebook" in told[-1]
    assert "the file cannot be read" in told[0]


def test_hidden_checks_and_solution_are_not_there(graded, project):
    # The folder of the project itself may be there: its virtual environment is mounted below it.
    parts = [str(project / part) for part in ("reference", "tests", "grader")]
    look = CHECK + (
        f"\nimport os\nprint('seen:', any(map(os.path.exists, {parts})), "
        "any('hidden' in path for path, *_ in os.walk('/')))"
    )
    _, report = graded(Mode.ALWAYS, RIGHT | {"Sums.ipynb": notebook(check=look)})
    outputs = report.notebook.document["cells"][0]["outputs"]
    assert "seen: False False" in "".join(out.get("text", "") for out in outputs)
