"""The evidence of the assignment batchnorm: what its experiments print is held against a run."""

from __future__ import annotations

import json
import shutil

import pytest

from grader.core.outcome import Outcome
from grader.notebook.execution import Mode

NOTEBOOK = "BatchNormalization.ipynb"
# One epoch in place of ten, and three scales in place of twenty.
SHORTER = (("num_epochs=10", "num_epochs=1"), ("num=20", "num=3"))


def short(notebook):
    """Let a notebook train for a moment, with the outputs that it has."""
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        for old, new in SHORTER:
            cell["source"] = cell["source"].replace(old, new)
    return notebook


def invented(notebook, cell, *changes):
    """Change what a cell has printed."""
    [found] = [each for each in notebook["cells"] if each["id"] == cell]
    for output in found["outputs"]:
        if output["output_type"] != "stream":
            continue
        text = "".join(output["text"])
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        output["text"] = text


@pytest.fixture(scope="module")
def reports(project, batchnorm, grade_all, tmp_path_factory):
    """Return what becomes of an honest notebook, and of one with invented numbers."""
    root = tmp_path_factory.mktemp("class")
    reference = project / "reference" / "batchnorm"

    def hand_in(name, notebook):
        shutil.copytree(reference / "solution", root / name)
        (root / name / NOTEBOOK).write_text(json.dumps(notebook), encoding="utf-8")
        return root / name

    solved = json.loads((reference / NOTEBOOK).read_text(encoding="utf-8"))
    first = grade_all(batchnorm, {"x": hand_in("x", short(solved))}, mode=Mode.ALWAYS)["x"]
    ran = first.notebook.document
    folders = {"honest": hand_in("honest", ran)}
    invented(ran, "network-layernorm-check", ("Initial loss: 7.1", "Initial loss: 6.1"))
    invented(
        ran,
        "weight-scale-training",
        ("baseline: best train accuracy 0.1", "baseline: best train accuracy 0.9"),
    )
    for norm in ("batchnorm", "layernorm"):
        changed = (
            f"{norm}, batch size 5: best train accuracy 0.",
            f"{norm}, batch size 5: best train accuracy 0.0",
        )
        invented(ran, f"batch-size-{norm}", changed)
    folders["invented"] = hand_in("invented", ran)
    return grade_all(batchnorm, folders, mode=Mode.ALWAYS)


def verdicts(report, cell):
    return [each.verdict for each in report.notebook.evidence if each.cell == cell]


EXPERIMENTS = ("weight-scale-training", "batch-size-batchnorm", "batch-size-layernorm")


def test_an_honest_notebook_is_nowhere_contradicted(reports):
    found = {each.verdict for each in reports["honest"].notebook.evidence}
    assert found == {"AGREES", "NOTED"}  # the speedup is noted
    for cell in EXPERIMENTS:
        assert verdicts(reports["honest"], cell) == ["AGREES"]
    assert verdicts(reports["honest"], "network-layernorm-check") == ["AGREES"] * 2


def test_invented_numbers_are_told(reports):
    for cell in EXPERIMENTS:
        assert verdicts(reports["invented"], cell) == ["CONTRADICTS"], cell
    assert verdicts(reports["invented"], "network-layernorm-check") == ["AGREES", "CONTRADICTS"]
    # It is evidence for a person; the experiments ran, and have their figures.
    outcomes = {line.id: line.outcome for line in reports["invented"].criteria}
    for criterion in ("nb_network", "nb_weight_scales", "nb_batch_sizes"):
        assert outcomes[criterion] is Outcome.PASSED
