"""Correct solutions that look unlike the reference and unlike each other earn everything.

What a student is asked for is right whatever it looks like: loops, closures, odd caches, other
packages. A point that one of these hand-ins loses is a mistake of the suite, not of the hand-in.
"""

from pathlib import Path

import pytest

from grader import catalog
from grader.batch import ClassGrading
from grader.intake.submissions import HandIn
from grader.notebook.execution import Mode
from grader.run import Run

VARIANTS = Path(__file__).resolve().parents[2] / "reference" / "batchnorm" / "variants"
NAMES = sorted(path.name for path in VARIANTS.iterdir() if path.is_dir())
# What no Python file can earn.
NOT_CODE = ("nb_", "answer_")
LAYERS, NETWORK, BONUS = 100, 30, 14


@pytest.fixture(scope="module")
def reports(tier, batchnorm):
    run = Run(catalog.find_assignment(batchnorm), 0, tier, Mode.NEVER)
    hand_ins = [HandIn(name, VARIANTS / name) for name in NAMES]
    with ClassGrading(run, hand_ins, jobs=2) as grading:
        return {report.submission.student: report for report in grading}


def test_there_are_enough():
    assert len(NAMES) >= 15


@pytest.mark.parametrize("name", NAMES)
def test_a_correct_solution_earns_everything(name, reports):
    report = reports[name]
    lost = [
        f"{check.id}: {check.outcome}, {check.finding.what} ({check.finding.actual})"
        for check in report.checks
        if not check.criterion.startswith(NOT_CODE) and check.fraction != 1.0
    ]
    assert not lost, lost[0]
    code = [each for each in report.criteria if not each.id.startswith(NOT_CODE)]
    assert {each.id: each.earned for each in code} == {each.id: each.points for each in code}
    assert report.score.earned == LAYERS + NETWORK + BONUS


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_style_it_is(name):
    [layers] = VARIANTS.joinpath(name).rglob("layers.py")
    text = layers.read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert text.count("\n") < 300
