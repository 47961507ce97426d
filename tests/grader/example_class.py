"""An example class: hand-ins in tests/submissions, each beside the verdict that it must get."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from grader.core.outcome import Outcome
from grader.core.report import Report

SUBMISSIONS = Path(__file__).resolve().parents[1] / "submissions"
_KEYS = {"why", "score", "status", "criteria", "execute"}


def cases_of(slug: str) -> list[Path]:
    """Return the folders of an assignment's cases, each with an expect.toml and a hand-in."""
    return sorted(path.parent for path in (SUBMISSIONS / slug).glob("*/expect.toml"))


def read(case: Path) -> dict[str, Any]:
    """Return what a case's expect.toml states."""
    return tomllib.loads((case / "expect.toml").read_text(encoding="utf-8"))


def check_verdict(case: Path, report: Report) -> None:
    """Assert that a report holds the verdict that its case states."""
    expected = read(case)
    assert set(expected) <= _KEYS
    outcomes = {c.id: str(c.outcome) for c in report.criteria if c.outcome is not Outcome.PASSED}
    without = {}
    if report.notebook is None:
        ids = [criterion.id for criterion in report.criteria]
        without = {name: "MISSING" for name in ids if name.startswith(("nb_", "answer_"))}
    assert outcomes == without | expected.get("criteria", {})
    assert report.score.earned == expected["score"]
    assert report.score.status == expected["status"]


def check_explained(report: Report) -> None:
    """Assert that a report says of every check that was not passed why that is."""
    for check in report.checks:
        if check.outcome is not Outcome.PASSED:
            assert check.title, check.id
            # Of an answer that a person will read there is nothing to say yet.
            assert check.finding.what or check.outcome is Outcome.AWAITING, check.id
