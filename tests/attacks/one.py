"""Grade every attack behind one kind of walls, in this process; verdicts as JSON lines."""

from __future__ import annotations

import argparse
import ctypes
import sys
import tempfile
from pathlib import Path

import msgspec
from bait import laid_out
from cases import HONEST, read_cases
from judge import judge

from grader import catalog
from grader.intake.submissions import HandIn
from grader.run import Run
from grader.sandbox import tier as tiers
from grader.serial import GradeOne, with_grader

_PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Grade, and print a verdict for each attack as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tier")
    parser.add_argument("only", nargs="?", default="")
    asked = parser.parse_args()
    # What a hand-in leaves behind becomes a child of this process, and is seen.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    entry = catalog.find_assignment("batchnorm", among_strangers=True)
    run = Run(entry, 0, tiers.choose(asked.tier, allow_weak=asked.tier == "weak"))
    cases = [
        case for case in read_cases(asked.only) if asked.tier == "weak" or asked.tier in case.tiers
    ]

    def each(grade_one: GradeOne) -> None:
        with tempfile.TemporaryDirectory() as folder:
            honest = grade_one(HandIn("honest", HONEST))
            for number, case in enumerate(cases):
                with laid_out() as bait:
                    bait.settle()
                    path = case.hand_in(Path(folder, str(number)), bait.names)
                    report = grade_one(HandIn("mallory", path))
                    verdict = judge(case, report, honest, bait)
                sys.stdout.buffer.write(msgspec.json.encode(verdict) + b"\n")
                sys.stdout.flush()

    with_grader(run, each)


if __name__ == "__main__":
    main()
