"""Grade the reference and the template with many seeds: full marks each time, and none."""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from grader import catalog
from grader.core.outcome import Outcome
from grader.core.report import Report
from grader.intake.submissions import HandIn
from grader.run import Run
from grader.sandbox import tier as tiers
from grader.serial import GradeOne, with_grader

BATCHNORM = Path(__file__).parents[1] / "reference" / "batchnorm"


def grade_with_seeds(hand_in: HandIn, seeds: range) -> list[Report]:
    """Return one report for each seed."""
    reports: list[Report] = []

    def body(grade_one: GradeOne) -> None:
        reports.extend(grade_one(hand_in, seed) for seed in seeds)

    entry = catalog.find_assignment(str(BATCHNORM))
    with_grader(Run(entry, 0, tiers.choose()), body)
    return reports


def main() -> int:
    """Print how many scores were full, and what failed in the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=500)
    count = parser.parse_args().seeds
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as root:
        solution = catalog.find_assignment(str(BATCHNORM)).hand_in_solution(Path(root) / "solution")
        reports = grade_with_seeds(HandIn("reference", solution), range(1, count + 1))
    full = max(report.score.earned or 0.0 for report in reports)
    # A person is awaited for the written answers, whatever the seed.
    fine = (Outcome.PASSED, Outcome.AWAITING)
    failed = Counter(c.id for r in reports for c in r.checks if c.outcome not in fine)
    scores = Counter(report.score.earned for report in reports)
    print(f"{scores[full]} of {count} seeds: {full:g} points, {time.monotonic() - started:.0f} s")
    cpu = sorted(report.usage.cpu_seconds for report in reports)[count // 2]
    wall = sorted(report.usage.wall_seconds for report in reports)[count // 2]
    print(f"median {wall:.3f} s wall, {cpu:.3f} s CPU; this process used at most "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")  # fmt: skip
    for check, times in failed.most_common():
        print(f"  {check}: {times} times")
    return int(scores[full] != count)


if __name__ == "__main__":
    sys.exit(main())
