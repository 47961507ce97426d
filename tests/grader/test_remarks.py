"""What collate.py says before handing in, a report says after it: once, and for nothing."""

from __future__ import annotations

import json
import shutil

import pytest

NOTEBOOK = "BatchNormalization.ipynb"


def edited(folder, change):
    path = folder / NOTEBOOK
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change([cell for cell in notebook["cells"] if cell["cell_type"] == "code"])
    path.write_text(json.dumps(notebook), encoding="utf-8")


def forget(cells):
    for cell in cells:
        cell.update(execution_count=None, outputs=[])


def of_notebook(report):
    return [(line.id, line.earned) for line in report.criteria if line.id.startswith("nb_")]


@pytest.fixture(scope="module")
def reports(project, batchnorm, grade_all, tmp_path_factory):
    root = tmp_path_factory.mktemp("class")
    reference, template = project / "reference" / "batchnorm", project / "student_template"
    for name in ("solved", "order", "own cell", "check", "windows"):
        shutil.copytree(reference / "solution", root / name)
        shutil.copy(reference / NOTEBOOK, root / name)
    shutil.copytree(template / "batchnorm", root / "blank")
    edited(root / "order", lambda cells: cells[0].update(execution_count=99))
    edited(root / "check", lambda cells: forget(cells[2:3]))
    edited(root / "own cell", lambda cells: (forget(cells[-1:]), cells[-1].update(source="1 + 1")))
    stub = (template / "batchnorm" / "layers.py").read_bytes()
    (root / "windows" / "layers.py").write_bytes(stub.replace(b"\n", b"\r\n"))
    return grade_all(batchnorm, {path.name: path for path in root.iterdir()})


def test_nothing_is_said_of_work_that_is_done(reports):
    assert reports["solved"].notes == []


def test_files_as_they_were_handed_out_are_named(reports):
    assert reports["blank"].notes == [
        "layers.py is as it was handed out",
        "classifiers/fc_net.py is as it was handed out",
        f"{NOTEBOOK} is as it was handed out",
    ]


def test_line_ends_are_no_work(reports):
    assert reports["windows"].notes == ["layers.py is as it was handed out"]


def test_the_order_of_running_is_told_and_costs_nothing(reports):
    assert reports["order"].notes == [
        f"{NOTEBOOK} was not run from top to bottom (cell 3 was run before cell 2)"
    ]
    assert of_notebook(reports["order"]) == of_notebook(reports["solved"])


def test_a_cell_that_no_check_asks_for_is_told_of(reports):
    assert reports["own cell"].notes == [f"{NOTEBOOK} has a code cell that was never run (cell 40)"]
    assert of_notebook(reports["own cell"]) == of_notebook(reports["solved"])


def test_what_a_check_says_is_not_said_again(reports):
    report = reports["check"]
    assert any("was never run" in check.finding.what for check in report.checks)
    assert report.notes == []
