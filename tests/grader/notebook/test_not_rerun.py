"""A notebook that was trained elsewhere: read as it was handed in, and never run.

The assignment is a small one in Python; its notebook and the checks of it are batchnorm_c's.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from rich.console import Console

from grader import catalog
from grader.core.errors import ConfigurationError
from grader.core.outcome import Outcome
from grader.core.score import Status
from grader.intake.submissions import HandIn
from grader.kernels import prove_kernels
from grader.notebook.execution import Mode
from grader.render import html, text
from grader.run import Run
from grader.serial import grade_in_this_process
from tests.grader import toys

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT / "reference" / "batchnorm_c"
TEMPLATE = ROOT / "student_template" / "batchnorm_c" / "hw2.ipynb"
CHECKS = ROOT / "tests" / "hidden" / "batchnorm_c" / "test_notebook.py"
NOTEBOOK = tomllib.loads((REFERENCE / "assignment.toml").read_text(encoding="utf-8"))["notebook"]
MARKS = NOTEBOOK.pop("marks")

TOML = toys.rubric(
    "Add two arrays, and train a model elsewhere",
    toys.table("notebook", **NOTEBOOK),
    toys.table("notebook.marks", **MARKS),
    toys.SUMS,
    toys.ADD,
    toys.criterion("adds", 3),
    toys.criterion("nb_complete", 5),
    toys.criterion("nb_model", 5),
)
PASSED, FAILED, MISSING = Outcome.PASSED, Outcome.FAILED, Outcome.MISSING
BOTH = {"nb_complete": PASSED, "nb_model": PASSED}
LINE = re.compile(r"^step 400, .*$", re.MULTILINE)


def solved():
    return nbformat.read(REFERENCE / "hw2.ipynb", as_version=4)


def cell(notebook, name):
    return next(each for each in notebook.cells if each.id == name)


def shows(notebook, name, old, new):
    """Change what a cell printed."""
    output = cell(notebook, name).outputs[0]
    assert re.search(old, output.text)
    output.text = re.sub(old, new, output.text)


@pytest.fixture
def course(tmp_path):
    """The small assignment, as `grader grade` finds it."""
    toy = toys.make(tmp_path, toml=TOML, suite=toys.IMPORTS + toys.SUM_ONCE, solution=toys.RIGHT)
    checks = {"test_notebook.py": CHECKS.read_bytes()}
    toys.lay_out(tmp_path / "tests/hidden/toy", checks)
    toys.lay_out(tmp_path / "student_template/toy", {"hw2.ipynb": TEMPLATE.read_bytes()})
    return toy


@pytest.fixture
def graded(tmp_path, tier, course):
    """Grade a hand-in as where notebooks are run again, and no kernel can be started."""

    def run(notebook=None, name="hw2.ipynb"):
        files = {"sums.py": toys.RIGHT}
        if notebook is not None:
            files[name] = nbformat.writes(notebook)
        folder = toys.hand_in(tmp_path, "ann", files)
        found = []
        entry = catalog.find_assignment(course)
        conditions = Run(entry, 0, tier, Mode.ALWAYS, no_kernel="no kernel here")
        grade_in_this_process(conditions, [HandIn("ann", folder)], found.append)
        (report,) = found
        assert report.score.status is Status.GRADED
        outcomes = {line.id: line.outcome for line in report.criteria}
        assert outcomes.pop("adds") is PASSED
        return outcomes, report

    return run


def said(report):
    """Return what the checks of the notebook found, each in one line."""
    return [
        " | ".join(filter(None, (f.what, f.expected, f.actual, f.where)))
        for f in (check.finding for check in report.checks if check.criterion != "adds")
        if f.what
    ]


def test_an_executed_notebook_earns_both_and_is_not_run(graded):
    outcomes, report = graded(solved())
    assert outcomes == BOTH
    assert (report.score.earned, report.notebook.executed) == (13, False)
    assert report.notes == []
    evidence = {line.label: line for line in report.notebook.evidence}
    assert len(evidence) == len(report.notebook.evidence) == 5
    assert evidence["validation loss"].verdict == "NOTED"
    assert evidence["perplexity"].shown[0] > 1
    assert "it was not run here" in html.staff_page(report)


def test_the_template_as_it_was_handed_out_earns_nothing(graded):
    outcomes, report = graded(nbformat.read(TEMPLATE, as_version=4))
    assert outcomes == {"nb_complete": FAILED, "nb_model": FAILED}
    assert report.score.earned == 3
    assert said(report)[0] == (
        "not all cells were run before the notebook was handed in"
        " | all 10 code cells, each with its number | 0 of them"
        " | never run first: the code cell under “A small neural language model”"
    )
    assert "hw2.ipynb is as it was handed out" in report.notes


def test_no_notebook_costs_its_own_criteria_alone(graded):
    outcomes, report = graded()
    assert outcomes == {"nb_complete": MISSING, "nb_model": MISSING}
    assert said(report) == ["hw2.ipynb was not handed in"] * 4


def drop_sample(notebook):
    notebook.cells.remove(cell(notebook, "sample"))


def never_run(notebook):
    cell(notebook, "sample").update(execution_count=None, outputs=[])


def outputs_without_a_count(notebook):
    for each in notebook.cells:
        if each.cell_type == "code":
            each.execution_count = None


def an_error(notebook):
    wrong = nbformat.v4.new_output(
        "error", ename="RuntimeError", evalue="out of memory", traceback=["…"]
    )
    cell(notebook, "sample").outputs = [wrong]


def out_of_order(notebook):
    cell(notebook, "model").execution_count = 12


def run_in_two_sessions(notebook):
    for name, count in (("evaluation", 1), ("sample", 2)):
        cell(notebook, name).execution_count = count


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            drop_sample,
            (
                "cells that were handed out are missing | all 10 code cells | 9 of them"
                " | missing first: the code cell under “What it writes”"
            ),
        ),
        (
            never_run,
            (
                "not all cells were run before the notebook was handed in"
                " | all 10 code cells, each with its number | 9 of them"
                " | never run first: the code cell under “What it writes”"
            ),
        ),
        (
            outputs_without_a_count,
            (
                "not all cells were run before the notebook was handed in"
                " | all 10 code cells, each with its number | 0 of them"
                " | never run first: the code cell under “A small neural language model”"
            ),
        ),
        (
            an_error,
            (
                "a cell ends in an error | cells that run to their end"
                " | RuntimeError: out of memory | the code cell under “What it writes”"
            ),
        ),
        (
            out_of_order,
            (
                "the cells were not run from top to bottom | numbers that rise from cell to cell"
                " | [6] below [12] | code cell 2 of 2 under “The model”"
            ),
        ),
        (
            run_in_two_sessions,
            (
                "the cells were not run from top to bottom | numbers that rise from cell to cell"
                " | [1] below [8] | the code cell under “What it has learnt”"
            ),
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_not_a_whole_run_costs_completeness_alone(graded, change, line):
    notebook = solved()
    change(notebook)
    outcomes, report = graded(notebook)
    assert outcomes == {"nb_complete": FAILED, "nb_model": PASSED}
    assert said(report) == [line]


FINAL = r"(?<=final training loss: )\S+"
VALIDATION = r"(?<=validation loss: )\S+"
PERPLEXITY = r"(?<=perplexity: )\S+"


@pytest.mark.parametrize(
    ("name", "changes", "line"),
    [
        (
            "training",
            {FINAL: "0.0312"},
            r"the final training loss is not the last .* \| 0\.\d+, as in the last step \| 0\.0312",
        ),
        (
            "training",
            {LINE: "step 400, training loss: 4.0000", FINAL: "4.0000"},
            r"the training loss does not fall \| less .* than the 3\.\d+ of the first \| 4 in .*",
        ),
        (
            "training",
            {LINE: "step 400, training loss: nan", FINAL: "nan"},
            r"the training loss does not fall \| .* \| nan in the last of 9 steps shown",
        ),
        (
            "evaluation",
            {PERPLEXITY: "1.0100"},
            r"perplexity and validation loss contradict .* \| exp\(0\.\d+\) = 1\.\d+ \| 1\.01",
        ),
        (
            "evaluation",
            {VALIDATION: "3.2958", PERPLEXITY: "27.0000"},
            r"the model has not learnt enough \| .* at most 1\.2 \| 3\.296; guessing gives 3\.296",
        ),
        (
            "evaluation",
            {VALIDATION: "0.0204", PERPLEXITY: "1.0206"},
            r"the validation loss is lower than it can be .* \| at least 0\.15 \| 0\.0204",
        ),
        (
            "codes",
            {r"(?<=vocabulary: )\S+": "3"},
            r"the model was trained on another text .* \| a vocabulary of 27 \| 3",
        ),
    ],
)
def test_numbers_that_cannot_be_cost_the_model_alone(graded, name, changes, line):
    notebook = solved()
    for old, new in changes.items():
        shows(notebook, name, old, new)
    outcomes, report = graded(notebook)
    assert outcomes == {"nb_complete": PASSED, "nb_model": FAILED}
    (found,) = said(report)
    assert re.fullmatch(line, found)
    # One line for the student, and what is shown beside it.
    assert found.partition(" | ")[0] in html.student_page(report)


@pytest.mark.parametrize("loss", ["nan", "inf", "-1.0", "1e9", "1.0e99999"])
def test_what_is_no_loss_has_no_perplexity(graded, loss):
    notebook = solved()
    shows(notebook, "evaluation", VALIDATION, loss)
    outcomes, report = graded(notebook)
    assert outcomes["nb_model"] is FAILED
    assert said(report)[0].startswith("the validation loss is no loss of characters")


@pytest.mark.parametrize(
    ("name", "old"), [("evaluation", VALIDATION), ("evaluation", PERPLEXITY), ("training", FINAL)]
)
@pytest.mark.parametrize("coarse", ["0.0e300", "1.0e99999"])
def test_a_number_of_no_digits_agrees_with_nothing(graded, name, old, coarse):
    notebook = solved()
    shows(notebook, name, old, coarse)
    assert graded(notebook)[0]["nb_model"] is FAILED


def test_a_number_that_is_not_printed_is_not_shown(graded):
    notebook = solved()
    cell(notebook, "training").outputs = []
    outcomes, report = graded(notebook)
    assert outcomes == {"nb_complete": PASSED, "nb_model": FAILED}
    assert said(report) == [
        (
            "The notebook does not show final loss: code cell 2 of 2 under “Training” was run, but "
            "printed none. | code cell 2 of 2 under “Training”"
        )
    ]


def test_losses_are_compared_by_the_digits_that_are_printed(graded):
    notebook = solved()
    text = cell(notebook, "training").outputs[0].text
    last = float(re.findall(r"step 400, training loss: (\S+)", text)[0])
    shows(notebook, "training", FINAL, f"{last:.2f}")
    assert graded(notebook)[0] == BOTH
    shows(notebook, "training", FINAL, f"{last + 0.02:.2f}")
    assert graded(notebook)[0] == BOTH | {"nb_model": FAILED}


MODEL = """class LSTMLanguageModel(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.table, self.cells = nn.Embedding(n, 64), nn.LSTM(64, 256, 2, batch_first=True)
        self.head = nn.Sequential(nn.LayerNorm(256), nn.Linear(256, n))

    def forward(self, x):
        return self.head(self.cells(self.table(x))[0])


CharacterModel = LSTMLanguageModel"""


def test_as_a_service_saves_it(graded):
    """No ids, other metadata, a model of the student's own, and cells beside the given ones."""
    notebook = solved()
    cell(notebook, "model").source = MODEL
    notebook.cells.insert(5, nbformat.v4.new_code_cell("!nvidia-smi"))
    broken = nbformat.v4.new_output("error", ename="NameError", evalue="x", traceback=["…"])
    scratch = nbformat.v4.new_code_cell("x", execution_count=41, outputs=[broken])
    notebook.cells.append(scratch)
    notebook.nbformat_minor = 0
    notebook.metadata = {"accelerator": "GPU", "colab": {"provenance": []}}
    for number, each in enumerate(notebook.cells):
        del each["id"]
        each.metadata = {"id": f"x{number}", "colab": {"base_uri": "https://example.org"}}
    outcomes, report = graded(notebook, "Copy of hw2 (1).ipynb")
    assert outcomes == BOTH
    assert report.notebook.missing == []


def test_the_walls_of_a_kernel_are_not_tried(tmp_path, tier, course):
    files = {"sums.py": toys.RIGHT, "hw2.ipynb": nbformat.writes(solved())}
    members = [HandIn("ann", toys.hand_in(tmp_path, "ann", files))]
    run = Run(catalog.find_assignment(course), 0, tier, Mode.ALWAYS)
    # Where they are tried, another run comes back that says what came of it.
    assert prove_kernels(run, members) is run


def test_a_machine_without_kernels_grades_it(tmp_path, course):
    gone = tmp_path / "gone"
    for module in ("ipykernel", "IPython", "torch"):
        source = f'raise ModuleNotFoundError("{module} is not here")\n'
        toys.lay_out(gone, {f"{module}/__init__.py": source})
    files = {"sums.py": toys.RIGHT, "hw2.ipynb": nbformat.writes(solved())}
    folder, out = toys.hand_in(tmp_path, "ann", files), tmp_path / "out"
    places = os.pathsep.join(filter(None, (str(gone), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-m", "grader", "grade", str(folder), "-a", course, "-o", str(out),
         "--execute", "always"],
        env={**os.environ, "PYTHONPATH": places},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    record = json.loads((out / "students" / "ann" / "report.json").read_text(encoding="utf-8"))
    assert record["score"]["earned"] == 13


def test_what_is_missing_stands_on_the_terminal(graded):
    _, report = graded()
    target = io.StringIO()
    Console(file=target, width=200, color_system=None).print(text.class_table([report]))
    assert "missing: hw2.ipynb was not handed in" in target.getvalue()


def test_another_choice_is_refused():
    toml = TOML.replace('execute = "never"', 'execute = "sometimes"')
    with pytest.raises(ConfigurationError, match="sometimes"):
        catalog.parse_assignment(toml, "toy")


def test_template_and_solution_differ_where_students_write():
    given, done = nbformat.read(TEMPLATE, as_version=4), solved()
    assert [each.id for each in given.cells] == [each.id for each in done.cells]
    for handed_out, written in zip(given.cells, done.cells, strict=True):
        free = handed_out.metadata.grading.role == "free"
        assert (handed_out.source != written.source) == free
        assert not handed_out.get("outputs")
        assert handed_out.get("execution_count") is None
