"""What a hand-in answers cannot steer, break or fill the trusted process."""

from __future__ import annotations

import msgspec
import pytest

from grader.core.outcome import Outcome
from grader.core.report import student_view
from tests.grader.checks.test_drivers import DRIVER, NET, SUMS, TOML
from tests.grader.toys import IMPORTS, function, hand_in, lay_out, make

SUITE = (
    IMPORTS
    + '''
@pytest.mark.criterion("sums")
def test_double(student, rng):
    """The sum is right."""
    x = rng.standard_normal(3)
    out = student.double(x)
    changed = [("x",)[i] for i in student.modified]
    expect(not changed, "x is changed")
    expect_close("out", out, 2 * x)

@pytest.mark.criterion("net")
def test_net(student, rng):
    """Student and reference are given the same numbers."""
    net, values = student.build(np.ones(4)), {"W": rng.standard_normal(4)}
    before = values["W"].copy()
    student.set(net, values)
    expect_close("what others are given", values["W"], before)
'''
)
SET = function("set", "count", file="drive_net.py") + "[[criteria]]"
SETTER = "\ndef set(net, values):\n    net.params.update(values)\n    return 1\n"
# Behind the driver's back: a dict that changes what it is updated from.
STEERED = NET.replace(
    "class Net:",
    """import numpy as np

class Steering(dict):
    def update(self, values):
        super().update(values)
        values["W"] = np.zeros(4)

class Net:""",
).replace('{"W": double(width)}', "Steering(W=double(width))")
# A worker whose code answers what it likes.
FORGED = """
import sys

serve = sys.modules["grader.worker.serve"]
honest = serve.Server.call

def call(self, name, arguments, **named):
    return {**honest(self, name, arguments, **named), **CLAIM}

serve.Server.call = call

def double(x):
    return 2 * x
"""


@pytest.fixture
def graded(tmp_path, grade_all):
    toml = TOML.replace("[[criteria]]", SET, 1)
    toy = make(tmp_path, toml=toml, suite=SUITE, solution=SUMS)
    lay_out(
        tmp_path / "reference/toy",
        {"solution/models/net.py": NET, "drivers/drive_net.py": DRIVER + SETTER},
    )

    def run(sums=SUMS, net=NET):
        folder = hand_in(tmp_path, "ann", {"sums.py": sums, "models/net.py": net})
        report = grade_all(toy, {"ann": folder})["ann"]
        return {line.id: line.outcome for line in report.criteria}, report

    return run


PASSED = {"sums": Outcome.PASSED, "net": Outcome.PASSED}


def test_what_a_driver_is_given_stays_as_it_is(graded):
    assert graded(net=STEERED)[0] == PASSED


@pytest.mark.parametrize("claim", ["[7]", "[-1]", "[10 ** 18]"])
def test_a_changed_argument_that_was_not_given_is_none(graded, claim):
    assert graded(FORGED.replace("CLAIM", f"{{'modified': {claim}}}"))[0] == PASSED


@pytest.mark.parametrize(
    "raised",
    [
        "raise type(f'E{x[0]!r}', (Exception,), {})",
        "raise ValueError(f'x{x[0]!r}')",
        "return type(f'T{x[0]!r}', (), {})()",
        "raise SyntaxError('x', ('sums.py', int(abs(x[0]) * 1e15), 1, ''))",
        "exec(compile('raise ValueError', f'in{x[0]!r}.py', 'exec'))",
        "print(f'File \"{x[0]!r}\", line 9 in x', flush=True); import os; os.abort()",
    ],
)
def test_inputs_that_staff_reads_are_not_told_to_the_student(graded, raised):
    source = f"def double(x):\n    print('SEEN', abs(float(x[0])), flush=True)\n    {raised}\n"
    _, report = graded(source)
    printed = "\n".join(report.staff_notes)
    seen = printed.split("SEEN ")[1].split()[0]
    shown = msgspec.json.encode(student_view(report)).decode()
    assert len(seen) > 10
    for digits in (seen[:8], seen.replace(".", "")[:8], str(int(float(seen) * 1e15))[:8]):
        assert digits not in shown
