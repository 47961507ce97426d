"""Try every attack behind every kind of walls, as every user this machine allows.

Prints a table and returns 1 unless all of them come to nothing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import msgspec
from judge import Verdict
from rich.console import Console
from rich.table import Table
from users import User, users

TIERS = ("strong", "good")


@dataclass(frozen=True)
class Walls:
    """A sandbox tier, and who runs the grader."""

    tier: str
    user: User


@dataclass(frozen=True)
class Tried:
    """What became of all attacks behind the same walls; `problem` where they were not tried."""

    walls: Walls
    verdicts: list[Verdict]
    problem: str


def try_all(walls: Walls, only: str) -> Tried:
    """Grade all attacks in a process of their own."""
    command = [*walls.user.command, str(walls.user.attacks / "one.py"), walls.tier, only]
    done = subprocess.run(command, capture_output=True, check=False, cwd="/")
    verdicts = [msgspec.json.decode(line, type=Verdict) for line in done.stdout.splitlines()]
    words = done.stderr.decode(errors="replace").strip().splitlines()
    return Tried(walls, verdicts, (words or ["?"])[-1] if done.returncode else "")


def _row(walls: Walls, verdict: Verdict) -> tuple[str, ...]:
    return (
        verdict.attack,
        verdict.place,
        walls.tier,
        walls.user.name,
        verdict.outcome,
        f"{max(0.0, verdict.gained):g}",
        ", ".join(verdict.touched) or "untouched",
        ", ".join(verdict.survivors) or "none",
        "; ".join(verdict.wrong),
    )


def table(tried: list[Tried]) -> Table:
    """Return a row for each attack, attacks together."""
    shown = Table("attack", "placed at", "tier", "user", "outcome", "gained", "canaries",
                  "survivors", "does not hold")  # fmt: skip
    rows = [_row(each.walls, verdict) for each in tried for verdict in each.verdicts]
    for row in sorted(rows, key=lambda row: row[:2]):
        shown.add_row(*row, style="red" if row[-1] else "")
    return shown


def main() -> int:
    """Try everything, print the table, and say whether all holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="attacks with this in their name")
    parser.add_argument("--tier", action="append", choices=(*TIERS, "weak"), help="only this tier")
    parser.add_argument("--diagonal", action="store_true",
                        help="each tier and each user once, not every pair")  # fmt: skip
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    console = Console(highlight=False)
    with users() as who, ThreadPoolExecutor(asked.jobs) as pool:
        tiers = asked.tier or TIERS
        walls = [Walls(tier, user) for tier in tiers for user in who]
        if asked.diagonal and len(who) == len(tiers):
            walls = [Walls(tier, user) for tier, user in zip(tiers, reversed(who), strict=True)]
        tried = list(pool.map(lambda each: try_all(each, asked.only), walls))
    if not console.is_terminal:
        console.width = 240
    console.print(table(tried))
    wrong = [verdict for each in tried for verdict in each.verdicts if verdict.wrong]
    # Below hundreds of rows, what is looked for.
    for verdict in wrong:
        console.print(f"{verdict.attack} at {verdict.place}: {'; '.join(verdict.wrong)}",
                      markup=False)  # fmt: skip
    for each in tried:
        if each.problem:
            console.print(f"{each.walls.tier} as {each.walls.user.name}: {each.problem}",
                          markup=False)  # fmt: skip
    attacks = {verdict.attack for each in tried for verdict in each.verdicts}
    count = sum(len(each.verdicts) for each in tried)
    console.print(f"{len(attacks)} attacks, {count} gradings, {len(wrong)} that do not hold.")
    return int(bool(wrong) or any(each.problem for each in tried))


if __name__ == "__main__":
    sys.exit(main())
