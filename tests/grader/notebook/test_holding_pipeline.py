"""What a notebook shows, held against a fresh run of it, through the real pipeline."""

from __future__ import annotations

import io
import re

import nbformat
import pytest
from rich.console import Console

from grader import catalog
from grader.core.outcome import Outcome
from grader.core.report import student_view
from grader.intake.submissions import HandIn
from grader.notebook.execution import Mode
from grader.render import html, text
from grader.run import Run
from grader.serial import grade_in_this_process
from tests.grader import toys
from tests.grader.toys import RIGHT, hand_in, make

TOML = toys.rubric(
    "Train a little, and show it",
    toys.table("notebook", path="Work.ipynb", cell_seconds=5.0),
    toys.SUMS,
    toys.ADD,
    toys.criterion("adds", 1),
    toys.criterion("checks", 2, "Shows its checks"),
    toys.criterion("trains", 3),
)
SUITE = (
    toys.IMPORTS
    + toys.SUM_ONCE
    + '''
from grader.notebook.series import Band

@pytest.mark.criterion("checks")
def test_checks(notebook):
    """The errors are shown."""
    for name in ("dx", "dgamma"):
        notebook.expect_number("check", f"{name} error", most=1e-5)

@pytest.mark.criterion("trains")
def test_trained(notebook):
    """It was trained."""
    band = Band(one=0.3, average=0.1)
    notebook.hold_series("train", "acc", what="accuracies", band=band, given="data")
    notebook.expect_ran("train")
'''
)
DATA = "shape = (60, 5)\nprint('data:', shape)"
CHECK = (
    "from sums import add\nimport numpy as np\n"
    "np.random.seed(0)\nerror = abs(float(add(1.0, 1.0)) - 2) + 1e-9\n"
    "print(f'dx error: {error:.2e}')\nprint(f'dgamma error: {error:.2e}')"
)
TRAIN = (
    "for size, accuracy in ((5, 0.5), (10, 0.6), (50, 0.7)):\n"
    "    print(f'size {size}: best train accuracy {accuracy:.3f}, '\n"
    "          f'best validation accuracy {accuracy - 0.1:.3f}, final loss {1 / accuracy:.4g}')"
)
TRAINED = "".join(
    f"size {size}: best train accuracy {train}, best validation accuracy {validation}, "
    f"final loss {loss}\n"
    for size, train, validation, loss in (
        (5, "0.500", "0.400", "2"),
        (10, "0.600", "0.500", "1.667"),
        (50, "0.700", "0.600", "1.429"),
    )
)
SHOWN = {
    "data": "data: (60, 5)\n",
    "check": "dx error: 1.00e-09\ndgamma error: 1.00e-09\n",
    "train": TRAINED,
}
SOURCES = {"data": DATA, "check": CHECK, "train": TRAIN}


def notebook(cells):
    """Return a notebook of (id, source, stored text) as bytes; None was never run."""
    made = []
    for count, (name, source, shown) in enumerate(cells, 1):
        cell = nbformat.v4.new_code_cell(source, id=name)
        cell.metadata = {"grading": {"role": "given"}} if name in SOURCES else {}
        if shown is not None:
            cell.execution_count = count
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=shown)]
        made.append(cell)
    return nbformat.writes(nbformat.v4.new_notebook(cells=made)).encode()


def handed_in(*extra, sources=(), shown=()):
    """Return the cells of a hand-in, some of them changed, with others below them."""
    code, stored = SOURCES | dict(sources), SHOWN | dict(shown)
    return [*((name, code[name], stored[name]) for name in SOURCES), *extra]


@pytest.fixture
def graded(tmp_path, tier):
    toy = make(tmp_path, toml=TOML, suite=SUITE, solution=RIGHT)
    blank = notebook([(name, source, None) for name, source in SOURCES.items()])
    (tmp_path / "student_template/toy/Work.ipynb").write_bytes(blank)

    def run(cells, code=RIGHT):
        folder = hand_in(tmp_path, "ann", {"sums.py": code, "Work.ipynb": notebook(cells)})
        found = []
        run = Run(catalog.find_assignment(toy), 0, tier, Mode.ALWAYS)
        grade_in_this_process(run, [HandIn("ann", folder)], found.append)
        return found[0]

    return run


def outcome(report, criterion):
    return next(line.outcome for line in report.criteria if line.id == criterion)


def held(report, cell):
    return [(line.verdict, line.sentence) for line in report.notebook.evidence if line.cell == cell]


def words(page):
    body = re.sub(r"<svg.*?</svg>", " ", page[page.index("<body") :], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def row_on_a_terminal(report, width=300):
    target = io.StringIO()
    Console(file=target, width=width, color_system=None).print(text.class_table([report]))
    return target.getvalue()


def test_what_is_honest_agrees(graded):
    report = graded(handed_in())
    assert {line.verdict for line in report.notebook.evidence} == {"AGREES"}
    assert outcome(report, "checks") is outcome(report, "trains") is Outcome.PASSED
    [(_, sentence)] = held(report, "train")
    assert "Of 6 accuracies these are furthest apart" in sentence
    assert report.notebook.notes == []
    assert report.notebook.incidents == []
    assert "inci" not in row_on_a_terminal(report)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        # As another machine, or another seed, would have it.
        ("accuracy 0.500, best", "accuracy 0.700, best", "AGREES"),
        # Invented: one number by far, or all of them by some.
        ("accuracy 0.500, best", "accuracy 0.950, best", "CONTRADICTS"),
        ("accuracy 0.", "accuracy 0.9", "CONTRADICTS"),
        # A loss is no accuracy.
        ("final loss 2\n", "final loss 0.01\n", "AGREES"),
        ("final loss 1.667", "final loss 0.001", "AGREES"),
    ],
)
def test_accuracies_are_held_within_the_band_of_honest_runs(graded, old, new, verdict):
    shown = TRAINED.replace(old, new)
    assert shown != TRAINED
    report = graded(handed_in(shown={"train": shown}))
    assert [found for found, _ in held(report, "train")] == [verdict]
    # Evidence for a person: it costs nothing by itself.
    assert outcome(report, "trains") is Outcome.PASSED
    assert ("contradicts" in row_on_a_terminal(report)) is (verdict == "CONTRADICTS")


def test_an_invented_accuracy_is_told_with_what_comes_out(graded):
    shown = TRAINED.replace("accuracy 0.500, best", "accuracy 0.950, best")
    report = graded(handed_in(shown={"train": shown}))
    [(_, sentence)] = held(report, "train")
    assert sentence.startswith(
        "The notebook shows size 5: best train accuracy 0.95; running it again prints 0.5."
    )
    assert "while honest runs stay within 0.3, and 0.1 on average" in sentence
    assert sentence in words(html.student_page(report))


@pytest.mark.parametrize(("more", "verdict"), [(0.05, "AGREES"), (0.2, "CONTRADICTS")])
def test_all_of_them_a_little_off_are_told(graded, more, verdict):
    """Luck does not favour every network."""
    shown = re.sub(r"accuracy (\S+),", lambda m: f"accuracy {float(m[1]) + more:.3f},", TRAINED)
    report = graded(handed_in(shown={"train": shown}))
    assert [found for found, _ in held(report, "train")] == [verdict]


@pytest.mark.parametrize(
    ("seed", "verdict"), [("", "NOTED"), ("np.random.seed(1)\n", "CONTRADICTS")]
)
def test_what_was_changed_and_has_no_seed_may_train_to_anything(graded, seed, verdict):
    shown = TRAINED.replace("accuracy 0.500, best", "accuracy 0.950, best")
    changed = seed + TRAIN.replace("0.7)", "0.7002)")
    report = graded(handed_in(sources={"train": changed}, shown={"train": shown}))
    assert [found for found, _ in held(report, "train")] == [verdict]


def test_other_data_train_otherwise(graded):
    shown = {"data": "data: (49000, 3, 32, 32)\n", "train": TRAINED.replace("accuracy 0.", "x 0.0")}
    shown["train"] = shown["train"].replace("x 0.0", "accuracy 0.0")
    report = graded(handed_in(shown=shown))
    [(verdict, sentence)] = held(report, "train")
    assert verdict == "NOT_COMPARED"
    assert "does not show that both ran on the same data" in sentence


def test_a_label_changed_after_the_run_accuses_nobody(graded):
    renamed = CHECK.replace("dgamma error", "own gamma error")
    report = graded(handed_in(sources={"check": renamed}))
    assert [verdict for verdict, _ in held(report, "check")] == ["AGREES", "NOT_COMPARED"]
    sentence = held(report, "check")[1][1]
    assert sentence == (
        "The notebook shows dgamma error 1e-09, but could not be compared: running it again "
        "prints no number of that name."
    )
    # What was not shown to come out again earns nothing all the same.
    assert outcome(report, "checks") is Outcome.FAILED
    page = words(html.student_page(report))
    assert "contradicts" not in page + row_on_a_terminal(report)
    assert sentence in page


def test_a_line_put_before_the_others_shifts_none(graded):
    shifted = CHECK.replace("print(f'dx", "print('my dx error: 3')\nprint(f'dx", 1)
    report = graded(handed_in(sources={"check": shifted}))
    assert [verdict for verdict, _ in held(report, "check")] == ["AGREES", "AGREES"]


def test_a_limit_of_ours_accuses_nobody(graded):
    slow = "import time\ntime.sleep(60)\n" + CHECK
    report = graded(handed_in(sources={"check": slow}))
    assert {verdict for verdict, _ in held(report, "check")} == {"NOT_COMPARED"}
    assert "could not be compared: stopped after 5 s." in held(report, "check")[0][1]
    assert outcome(report, "checks") is Outcome.FAILED


@pytest.mark.parametrize(
    ("shown", "ours", "verdict"),
    [
        ("1.00e-09", 5e-5, "DIFFERS"),
        ("1.00e-07", 5e-6, "AGREES"),
        ("1.00e-12", 5e-8, "AGREES"),
        ("1.00e-09", 5e-4, "CONTRADICTS"),
    ],
)
def test_a_much_larger_error_is_remarked_on(graded, shown, ours, verdict):
    code = f"def add(a, b):\n    return a + b + {ours}\n"
    stored = SHOWN["check"].replace("1.00e-09", shown)
    report = graded(handed_in(shown={"check": stored}), code)
    # A check ends with the first number that is contradicted.
    assert {found for found, _ in held(report, "check")} == {verdict}
    expected = Outcome.FAILED if verdict == "CONTRADICTS" else Outcome.PASSED
    assert outcome(report, "checks") is expected
    page = words(html.student_page(report))
    assert ("not alike" in page) is (verdict == "DIFFERS")


def test_without_a_seed_the_size_of_rounding_is_luck(graded):
    code = "def add(a, b):\n    return a + b + 5e-5\n"
    loose = CHECK.replace("np.random.seed(0)\n", "")
    report = graded(handed_in(sources={"check": loose}), code)
    assert [verdict for verdict, _ in held(report, "check")] == ["AGREES"] * 2


def test_copies_and_another_order_are_told_in_a_line_each(graded):
    data, check, train = handed_in()
    again = ("mine", CHECK, SHOWN["check"])
    report = graded([train, data, check, again])
    [copied, moved] = report.notebook.notes
    assert copied.startswith("There more than once: the cell check (cell 3 counts, 4 is left aside")
    assert moved.startswith("In another order than in the template: ")
    for page in (html.student_page(report), html.staff_page(report)):
        assert copied in words(page)
        assert moved in words(page)
    assert "says the same as cell 3, which counts" in words(html.student_page(report))


HOSTILE = (
    ("shell", "!ls /secret\n%pip install torch\nprint('went on')", ""),
    ("network", "import urllib.request\nurllib.request.urlopen('http://example.org/')", ""),
    ("question", "input('who? ')", ""),
    ("end", "import os\nos._exit(3)", ""),
)


@pytest.fixture
def hostile(graded):
    return graded(handed_in(*HOSTILE))


def test_a_refusal_is_told_once_beside_its_cell_and_once_in_the_remarks(hostile):
    pages = {"student": html.student_page(hostile), "staff": html.staff_page(hostile)}
    remark = {"student": 0, "staff": 1}
    for who, page in pages.items():
        shown = words(page)
        # In the sentence that is its output, and for staff in the remarks: the first of its kind.
        assert shown.count("!ls /secret") == 1 + remark[who], who
        assert shown.count("%pip install torch") == 1, who
        assert shown.count("network access to example.org") == 1 + remark[who], who
        assert shown.count("nobody there to answer") == 1, who
        assert shown.count("the kernel ended itself with status 3") == 1 + remark[who], who


def test_staff_see_what_was_tried_though_it_cost_nothing(hostile):
    assert outcome(hostile, "checks") is outcome(hostile, "trains") is Outcome.PASSED
    found = {each.what: each.count for each in hostile.notebook.incidents}
    assert sum(found.values()) == 5
    row = row_on_a_terminal(hostile)
    assert "notebook: shell commands, programs or installations refused: 2; questions" in row
    narrow = row_on_a_terminal(hostile, 80).splitlines()
    assert any(line.split()[-1] == "dents" or "dents" in line for line in narrow[:2])
    assert re.search(r"graded +5 ", narrow[-1])
    page = html.class_page([hostile])
    assert "5 incidents in the notebook" in words(page)
    assert 'title="shell commands, programs or installations refused: 2; questions' in page
    assert "staff/ann.html#staff-notes" in page
    assert 'id="staff-notes"' in html.staff_page(hostile)


def test_students_keep_what_they_had(hostile):
    seen = student_view(hostile)
    assert seen.notebook.incidents == seen.staff_notes == []
    assert seen.notebook.cells == hostile.notebook.cells
    assert seen.notebook.document == hostile.notebook.document
