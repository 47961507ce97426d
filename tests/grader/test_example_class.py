"""Every hand-in of the example class gets the verdict that its expect.toml states."""

import tomllib
from pathlib import Path

import pytest

from grader.core.outcome import Outcome

CLASS = Path(__file__).resolve().parents[1] / "submissions" / "batchnorm"
CASES = sorted(path.parent for path in CLASS.glob("*/expect.toml"))
KEYS = {"why", "score", "status", "criteria"}


@pytest.fixture(scope="module")
def reports(grade_all, batchnorm):
    return grade_all(batchnorm, {case.name: case / "hand-in" for case in CASES})


def test_there_are_enough():
    assert len(CASES) >= 12


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_verdict(case, reports):
    expected = tomllib.loads((case / "expect.toml").read_text(encoding="utf-8"))
    assert set(expected) <= KEYS
    report = reports[case.name]
    outcomes = {c.id: str(c.outcome) for c in report.criteria if c.outcome is not Outcome.PASSED}
    assert outcomes == expected.get("criteria", {})
    assert report.score.earned == expected["score"]
    assert report.score.status == expected["status"]
    assert report.score.possible == 165


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_lost_point_is_explained(case, reports):
    for check in reports[case.name].checks:
        if check.outcome is not Outcome.PASSED:
            assert check.finding.what, check.id
            assert check.title, check.id
