"""`student.later.f(…)` goes out with the next call; faults are told as if each went by itself."""

from __future__ import annotations

import pytest

from grader.core.outcome import Outcome
from tests.grader import toys
from tests.grader.toys import hand_in, make

TOML = toys.rubric(
    "Two steps",
    toys.table("limits", call_seconds=0.5),
    toys.SUMS,
    toys.function("forward", "out", "cache", keep=["cache"]),
    toys.function("backward", "dx", "dw"),
    toys.criterion("both", 1, "Both steps"),
)
GOOD_FORWARD = "def forward(x, param):\n    param['seen'] = x.sum()\n    return 2 * x, [x]\n"
GOOD_BACKWARD = "def backward(dout, cache):\n    return 2 * dout, cache[0]\n"
SUITE = (
    toys.IMPORTS
    + '''
@pytest.mark.criterion("both")
def test_both(student, reference, rng):
    """Both steps are right."""
    x, dout = rng.standard_normal((2, 4))
    found = []
    for side in (student, reference):
        param = {}
        _, cache = side.later.forward(x, param)
        found.append((*side.backward(dout, cache), np.asarray(param["seen"])))
    for actual, expected in zip(*found, strict=True):
        expect_close("a gradient", actual, expected)

@pytest.mark.criterion("both")
def test_noted_and_never_called(student, rng):
    """What is noted alone is not called."""
    student.later.forward(rng.standard_normal(3), {})

@pytest.mark.criterion("both")
def test_afterwards(student, rng):
    """A call by itself works after that."""
    x = rng.standard_normal(3)
    out, _ = student.forward(x, {})
    expect_close("out", out, 2 * x)
'''
)


@pytest.fixture
def checked(tmp_path, grade_all):
    def run(source):
        toy = make(tmp_path, toml=TOML, suite=SUITE, solution=GOOD_FORWARD + GOOD_BACKWARD)
        report = grade_all(toy, {"ann": hand_in(tmp_path, "ann", source)})["ann"]
        return {check.id.partition("::")[2]: check for check in report.checks}

    return run


def test_it_does_what_two_calls_do(checked):
    results = checked(GOOD_FORWARD + GOOD_BACKWARD)
    assert [result.outcome for result in results.values()] == [Outcome.PASSED] * 3


@pytest.mark.parametrize(
    ("source", "outcome", "words"),
    [
        ("def forward(x, param):\n    1 / 0\n" + GOOD_BACKWARD, Outcome.RAISED, "forward raised"),
        (GOOD_FORWARD + "def backward(d, c):\n    1 / 0\n", Outcome.RAISED, "backward raised"),
        (GOOD_BACKWARD, Outcome.MISSING, "forward is not defined"),
        (GOOD_FORWARD, Outcome.MISSING, "backward is not defined"),
        ("def forward(x, p):\n    pass\n" + GOOD_BACKWARD, Outcome.MISSING, "forward returns None"),
        ("def forward(x, p):\n    return x\n" + GOOD_BACKWARD, Outcome.FAILED, "forward returns"),
        (GOOD_FORWARD + "def backward(d, c):\n    return d\n", Outcome.FAILED, "backward returns"),
        (
            "def forward(x, p):\n    while True: pass\n" + GOOD_BACKWARD,
            Outcome.TIMED_OUT,
            "forward was stopped",
        ),
        (
            GOOD_FORWARD + "def backward(d, c):\n    while True: pass\n",
            Outcome.TIMED_OUT,
            "backward was stopped",
        ),
        (
            "import os\n" + GOOD_FORWARD + "def backward(d, c):\n    os._exit(3)\n",
            Outcome.CRASHED,
            "backward",
        ),
    ],
    ids=str,
)
def test_a_fault_is_told_of_the_function_that_has_it(checked, source, outcome, words):
    result = checked(source)["test_both"]
    assert (result.outcome, result.finding.what[: len(words)]) == (outcome, words)
