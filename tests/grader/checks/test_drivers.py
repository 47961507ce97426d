"""A driver uses a class of the hand-in for the suite; files that do not load cost their own."""

from __future__ import annotations

import pytest

from grader.core.outcome import Outcome
from tests.grader import toys
from tests.grader.toys import hand_in, lay_out, make

TOML = toys.rubric(
    "A model",
    toys.SUMS,
    toys.file("models/net.py", also=["nets/net.py", "net.py"]),
    toys.function("double", "out"),
    toys.file("drive_net.py", role="driver", drives="models/net.py"),
    toys.function("build", "net", file="drive_net.py", known_as="Net", keep=["net"]),
    toys.function("loss", "loss", "grads", file="drive_net.py", dicts=["grads"]),
    toys.criterion("sums", 1),
    toys.criterion("net", 2, "The network"),
)
SUMS = "def double(x):\n    return 2 * x\n"
NET = """
from ..sums import double

class Net:
    def __init__(self, width):
        self.params = {"W": double(width)}

    def loss(self, x):
        return (self.params["W"] * x).sum(), {"W": x}
"""
DRIVER = """
import models.net as course

def build(width):
    return course.Net(width)

def loss(net, x):
    return net.loss(x)
"""
SUITE = (
    toys.IMPORTS
    + '''
@pytest.mark.criterion("sums")
def test_double(student, rng):
    """The sum is right."""
    x = rng.standard_normal(3)
    expect_close("out", student.double(x), 2 * x)

@pytest.mark.criterion("net")
def test_net(student, rng):
    """The network computes its loss."""
    width, x = rng.standard_normal((2, 4))
    net = student.build(width)
    loss, grads = student.loss(net, x)
    expect_close("the loss", loss, np.asarray((2 * width * x).sum()))
    expect_close("the gradient", grads["W"], x)
'''
)


@pytest.fixture
def graded(tmp_path, grade_all):
    toy = make(tmp_path, toml=TOML, suite=SUITE, solution=SUMS)
    lay_out(
        tmp_path / "reference/toy",
        {"solution/models/net.py": NET, "drivers/drive_net.py": DRIVER},
    )

    def run(files):
        folder = hand_in(tmp_path, "ann", files)
        report = grade_all(toy, {"ann": folder})["ann"]
        return {line.id: line.outcome for line in report.criteria}, report

    return run


PASSED = {"sums": Outcome.PASSED, "net": Outcome.PASSED}


@pytest.mark.parametrize("path", ["models/net.py", "nets/net.py", "net.py", "hw/nets/net.py"])
def test_the_driver_finds_the_file_wherever_it_is(graded, path):
    folder = "hw/" if path.startswith("hw/") else ""
    assert graded({f"{folder}sums.py": SUMS, path: NET})[0] == PASSED


@pytest.mark.parametrize(
    ("change", "outcome", "words"),
    [
        (("class Net:", "class Not:"), Outcome.RAISED, "Net raised AttributeError"),
        (("def loss(", "def lose("), Outcome.RAISED, "loss raised AttributeError"),
        (('{"W": x}', "x"), Outcome.FAILED, "grads of loss is not a dict"),
        (('{"W": x}', '{"W": "x"}'), Outcome.FAILED, "grads of loss at 'W' is not an array"),
    ],
    ids=str,
)
def test_what_a_class_lacks_is_named(graded, change, outcome, words):
    outcomes, report = graded({"sums.py": SUMS, "models/net.py": NET.replace(*change)})
    assert outcomes == {"sums": Outcome.PASSED, "net": outcome}
    finding = report.checks[-1].finding
    assert finding.what.startswith(words)
    assert "drive_net" not in finding.where


@pytest.mark.parametrize(
    "broken",
    ["def loss(", "1 / 0", "import os; os._exit(1)", "raise NotImplementedError", "exit()"],
)
def test_a_file_that_does_not_load_costs_nothing_of_another(graded, broken):
    outcomes, _ = graded({"sums.py": SUMS, "models/net.py": broken})
    assert outcomes["sums"] == Outcome.PASSED
    assert outcomes["net"] in {Outcome.RAISED, Outcome.CRASHED, Outcome.MISSING}


def test_a_file_that_was_not_handed_in_costs_nothing_of_another(graded):
    assert graded({"sums.py": SUMS})[0] == {"sums": Outcome.PASSED, "net": Outcome.MISSING}


@pytest.mark.parametrize(
    ("others", "outcome"), [({"models/net.py": NET}, Outcome.PASSED), ({}, Outcome.MISSING)]
)
def test_a_hand_in_cannot_replace_the_driver(graded, others, outcome):
    cheat = "def build(width):\n    return 1\ndef loss(net, x):\n    return 0.0, {}\n"
    outcomes, _ = graded({"sums.py": SUMS, "drive_net.py": cheat, **others})
    assert outcomes["net"] is outcome
