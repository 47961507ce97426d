"""The notebook of the assignment batchnorm: its cells, and what the solved one shows."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

import nbformat
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "reference" / "batchnorm"
TEMPLATE = ROOT / "student_template" / "batchnorm"
NOTEBOOK = "BatchNormalization.ipynb"
QUESTIONS = ["question-1", "question-2", "question-3", "question-4"]
NUMBER = r"[-+]?\d+\.?\d*(?:e[-+]?\d+)?"


def read(folder):
    return nbformat.read(folder / NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def template():
    return read(TEMPLATE)


@pytest.fixture(scope="module")
def solved():
    return read(REFERENCE)


@pytest.fixture(scope="module")
def printed(solved):
    """What every cell of the solved notebook prints, by the cell's id."""
    return {
        cell.id: "".join(output.text for output in cell.outputs if output.output_type == "stream")
        for cell in solved.cells
        if cell.cell_type == "code"
    }


def numbers(text, label):
    """Return the numbers after every ``label:`` at the start of a line."""
    lines = re.findall(rf"^ *{re.escape(label)}: (.*)$", text, re.MULTILINE)
    return [[float(number) for number in re.findall(NUMBER, line)] for line in lines]


def assert_shows(text, label, *expected):
    """Assert that the lines of a label show these numbers, to the eight decimals of NumPy."""
    found = numbers(text, label)
    assert len(found) == len(expected)
    for actual, published in zip(found, expected, strict=True):
        np.testing.assert_allclose(actual, published, rtol=0, atol=1.1e-8)


# The numbers that the course published, read back from the stored outputs.


def test_batch_norm_in_training(printed):
    text = printed["bn-forward-check"]
    stds = [0.99999999, 1, 1], [0.99999999, 1.99999999, 2.99999999]
    before = [27.18502186, 34.21455511, 37.68611762]
    assert_shows(text, "means", [-2.3814598, -13.18038246, 1.91780462], [0, 0, 0], [11, 12, 13])
    assert_shows(text, "stds", before, *stds)
    assert np.abs(numbers(text, "means")[1]).max() < 1e-15


def test_batch_norm_in_testing(printed):
    text = printed["bn-test-mode-check"]
    assert_shows(text, "means", [-0.03927354, -0.04349152, -0.10452688])
    assert_shows(text, "stds", [1.01531428, 1.01238373, 0.97819988])


def test_layer_norm(printed):
    text = printed["ln-forward-check"]
    before = [-59.06673243, -47.60782686, -43.31137368, -26.40991744]
    assert_shows(text, "means", before, [0] * 4, [5] * 4)
    assert_shows(
        text,
        "stds",
        [10.07429373, 28.39478981, 35.28360729, 4.01831507],
        [0.99999995, 0.99999999, 1, 0.99999969],
        [2.99999985, 2.99999998, 2.99999999, 2.99999907],
    )


@pytest.mark.parametrize(
    ("cell", "published"),
    [
        ("bn-gradient-check", {"dx": 1.7029e-09, "dgamma": 7.420e-13, "dbeta": 2.880e-12}),
        ("ln-gradient-check", {"dx": 1.4336e-09, "dgamma": 4.519e-12, "dbeta": 2.276e-12}),
    ],
)
def test_gradient_checks(printed, cell, published):
    for name, error in published.items():
        [[found]] = numbers(printed[cell], f"{name} error")
        assert found == pytest.approx(error, rel=1e-3), name


def test_the_two_backward_passes(printed):
    text = printed["bn-alternative-check"]
    assert numbers(text, "dx difference")[0][0] < 1e-11
    assert numbers(text, "dgamma difference") == numbers(text, "dbeta difference") == [[0]]
    [[speedup]] = numbers(text, "speedup")
    assert speedup > 1


def test_network(printed):
    text = printed["network-gradient-check"]
    # As text: to all digits.
    assert re.findall(r"^Initial loss: (.*)$", text, re.MULTILINE) == [
        "2.2611955101340957",
        "6.996533220108303",
    ]
    errors = {
        name: [
            float(error)
            for error in re.findall(rf"^{name} relative error: (.*)$", text, re.MULTILINE)
        ]
        for name in ["W1", "W2", "W3", "beta1", "beta2", "gamma1", "gamma2"]
    }
    assert errors["W1"] == [1.10e-04, 1.98e-06]
    assert errors["W2"] == [2.85e-06, 2.28e-06]
    assert errors["W3"] == pytest.approx([3.92e-10, 1.11e-08], rel=0.1)  # partly rounding
    for name in ["beta1", "beta2", "gamma1", "gamma2"]:
        assert all(1e-9 < error < 1e-8 for error in errors[name])


# What the experiments are there to show.


def outcomes(text):
    """Return (train accuracy, validation accuracy, loss) by the name before the colon."""
    pattern = (
        rf"^(.*): best train accuracy ({NUMBER}), best validation accuracy ({NUMBER}), "
        rf"final loss ({NUMBER})$"
    )
    return {
        name: tuple(map(float, found)) for name, *found in re.findall(pattern, text, re.MULTILINE)
    }


def test_batch_norm_learns_faster_in_six_layers(printed):
    text = printed["six-layer-training"]
    assert outcomes(text).keys() == {"batchnorm", "baseline"}
    first = dict(
        re.findall(rf"^(\w+): train accuracy after one epoch ({NUMBER})$", text, re.MULTILINE)
    )
    assert float(first["batchnorm"]) > float(first["baseline"]) + 0.05


def test_batch_norm_depends_less_on_the_initial_weights(printed):
    found = outcomes(printed["weight-scale-training"])
    assert len(found) == 40
    validation = {
        name: [found[f"weight scale {scale:.2e}, {name}"][1] for scale in np.logspace(-4, 0, 20)]
        for name in ("batchnorm", "baseline")
    }
    assert max(validation["baseline"][:6]) < 0.3
    assert min(validation["batchnorm"]) > 0.5


def test_batch_norm_depends_on_the_batch_size_and_layer_norm_less(printed):
    batchnorm = outcomes(printed["batch-size-batchnorm"])
    layernorm = outcomes(printed["batch-size-layernorm"])
    sizes = (5, 10, 50)
    losses = [batchnorm[f"batchnorm, batch size {size}"][2] for size in sizes]
    assert losses == sorted(losses, reverse=True)
    assert "baseline, batch size 5" in batchnorm
    assert max(layernorm[f"layernorm, batch size {size}"][2] for size in sizes) < losses[0] / 2


@pytest.mark.parametrize(
    "cell",
    [
        "six-layer-plot",
        "weight-scale-plot",
        "batch-size-batchnorm-plot",
        "batch-size-layernorm-plot",
    ],
)
def test_every_experiment_has_its_figure(solved, cell):
    [found] = [each for each in solved.cells if each.id == cell]
    [output] = found.outputs
    assert len(output.data["image/png"]) > 10_000


# The cells.


def test_solved_notebook_is_the_template_with_answers_and_outputs(template, solved):
    answers = tomllib.loads((REFERENCE / "answers.toml").read_text())
    assert [cell.id for cell in solved.cells] == [cell.id for cell in template.cells]
    for ours, theirs in zip(solved.cells, template.cells, strict=True):
        assert ours.metadata == theirs.metadata
        expected = answers[ours.id].strip() if ours.id in answers else theirs.source
        assert ours.source == expected, f"run make_notebook.py: {ours.id} differs"


def test_solved_notebook_ran_from_top_to_bottom_without_an_error(solved):
    code = [cell for cell in solved.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    kinds = {(each.output_type, each.get("name")) for cell in code for each in cell.outputs}
    assert kinds == {("stream", "stdout"), ("display_data", None)}
    assert (REFERENCE / NOTEBOOK).stat().st_size < 1_000_000


def test_template_is_blank(template):
    for cell in template.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
        if cell.metadata.grading.role == "answer":
            assert cell.source == "*Write your answer here.*"


def test_every_cell_has_an_id_and_a_role(template):
    raw = json.loads((TEMPLATE / NOTEBOOK).read_text())
    assert (raw["nbformat"], raw["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in raw["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", each) for each in ids)
    roles = {cell.id: cell.metadata.grading.role for cell in template.cells}
    assert {name for name, role in roles.items() if role == "free"} == {"own-experiments"}
    asked = [
        cell.metadata.grading.question
        for cell in template.cells
        if cell.metadata.grading.role == "answer"
    ]
    assert asked == QUESTIONS
    for question in QUESTIONS:
        assert ids.index(question) + 1 == ids.index(question.replace("question", "answer"))


def test_code_is_python_and_calls_no_shell(template):
    for cell in template.cells:
        if cell.cell_type == "code":
            lines = cell.source.splitlines()
            magics = {line.split()[0] for line in lines if line.startswith(("%", "!"))}
            assert magics <= {"%matplotlib", "%load_ext", "%autoreload"}
            ast.parse("\n".join(line for line in lines if not line.startswith("%")))
