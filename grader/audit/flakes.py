"""Does a correct hand-in ever lose a point to the seed?"""

from __future__ import annotations

from collections.abc import Container, Sequence

from grader.audit.judge import Judge
from grader.audit.subjects import Subject
from grader.core.audit import Flake
from grader.core.outcome import Outcome


def flakes(
    judge: Judge, correct: Sequence[Subject], seeds: Sequence[int], criteria: Container[str]
) -> list[Flake]:
    """Judge one correct hand-in for each seed, in turn; return the checks that were lost."""
    found = []
    for seed in seeds:
        subject = correct[seed % len(correct)]
        judged = judge.judge(subject.files, seed=seed, only=criteria)
        found += [
            Flake(subject.name, seed, check.id)
            for check in judged.checks
            if check.outcome is not Outcome.PASSED
        ]
    return found
