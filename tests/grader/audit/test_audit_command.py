"""`grader audit` on an assignment of its own: what it says, writes and exits with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.grader import toys

TOML = toys.rubric(
    "Means",
    toys.file("means.py"),
    toys.function("centre", "out", file="means.py"),
    toys.criterion("centres", 3),
    toys.criterion("scales", 1),
)
SOLUTION = "def centre(x, scale):\n    mean = x.mean(axis=0)\n    return scale * (x - mean)\n"
SUITE = (
    toys.IMPORTS
    + '''
@pytest.mark.criterion("centres")
def test_centre(student, reference, rng):
    """Each column has mean 0."""
    x = rng.standard_normal((4, 3))
    expect_close("out", student.centre(x, 1.0), reference.centre(x, 1.0))

@pytest.mark.criterion("scales")
def test_scale(student, reference, rng):
    """The result is scaled."""
    x = rng.standard_normal((4, 3)) - 5.0
    ours, theirs = (np.ptp(side.centre(x, 3.0), axis=0) for side in (student, reference))
    expect_close("the spread", ours, theirs)
'''
)
MISCONCEPTIONS = """
from grader.core.misconception import Edit, Misconception

MISCONCEPTIONS = (
    Misconception("rows", "rows are centred", "none", "Which axis?", ("centres",),
                  (Edit("means.py", "axis=0", "axis=1, keepdims=True", "centre"),), ("scales",)),
    Misconception("unscaled", "the scale is forgotten", "none", "Scale.", ("scales",),
                  (Edit("means.py", "scale * (x - mean)", "x - mean", "centre"),)),
)
"""
IN_VARIANTS = """
from grader.core.misconception import Edit, InVariant

IN_VARIANTS = (
    InVariant("loops", "unscaled", (Edit("means.py", "scale * (value", "1 * (value"),)),
)
"""
LOOPS = """
import numpy as np

def centre(x, scale):
    columns = []
    for column in x.T:
        mean = sum(column) / len(column)
        columns.append([scale * (value - mean) for value in column])
    return np.array(columns).T
"""


def make(root: Path, **changes: str) -> Path:
    files = {
        "reference/means/assignment.toml": TOML,
        "reference/means/solution/means.py": SOLUTION,
        "reference/means/variants/loops/means.py": LOOPS,
        "reference/means/misconceptions.py": MISCONCEPTIONS,
        "reference/means/in_variants.py": IN_VARIANTS,
        "student_template/means/means.py": "def centre(x, scale):\n    raise NotImplementedError\n",
        "tests/hidden/means/test_means.py": SUITE,
    } | {path.replace("__", "/") + ".py": text for path, text in changes.items()}
    toys.lay_out(root, files)
    return root / "reference" / "means"


def audit(assignment: Path, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader", "audit", str(assignment), "--out", str(out)]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False)


def shortcomings(out: Path) -> list[str]:
    return json.loads((out / "audit.json").read_text())["shortcomings"]


def test_an_assignment_that_holds(tmp_path):
    done = audit(make(tmp_path), tmp_path / "out", "--seeds", "3", "--jobs", "1", "--styles")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Holds." in done.stdout
    assert "0 of 3 seeds cost a correct hand-in something" in done.stdout
    assert shortcomings(tmp_path / "out") == []
    page = (tmp_path / "out" / "audit.html").read_text()
    assert "It looks as if" in page
    assert "the scale is forgotten: Scales" in page


WRONG_VARIANT = LOOPS.replace("scale * (value", "(0 + value")
WRONG_LIST = MISCONCEPTIONS.replace(
    '"Scale.", ("scales",)', '"Scale.", ("centres", "scales")'
).replace(', ("scales",)),\n    Misconception', "),\n    Misconception")
LUCKY_SUITE = SUITE.replace("    ours,", "    assert rng.random() < 0.5\n    ours,")


def test_what_falls_short_is_said_and_exits_with_1(tmp_path):
    toy = make(
        tmp_path,
        reference__means__misconceptions=WRONG_LIST,
        reference__means__variants__loops__means=WRONG_VARIANT,
        student_template__means__means=SOLUTION,
        tests__hidden__means__test_means=LUCKY_SUITE,
    )
    done = audit(toy, tmp_path / "out", "-n", "8", "-j", "1", "--quick")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Falls short." in done.stdout
    found = "\n".join(shortcomings(tmp_path / "out"))
    for complaint in (
        "misconception unscaled: costs nothing of centres",
        "misconception rows: costs 100% of scales, which is neither in costs nor in may_cost",
        "variant loops: is correct and loses 100% of scales",
        "variant loops: is taken for unscaled",
        "template: earns points for centres, as it is handed out",
        "solution is correct and lost test_means.py::test_scale with seed",
    ):
        assert complaint in found


def test_a_wrong_list_is_one_line(tmp_path):
    wrong = MISCONCEPTIONS.replace('"axis=0"', '"axis=9"')
    done = audit(make(tmp_path, reference__means__misconceptions=wrong), tmp_path / "out")
    assert done.returncode == 2
    place = "centre of means.py"
    assert f"misconception 'rows': 'axis=9' stands 0 times in {place}, not once" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()
