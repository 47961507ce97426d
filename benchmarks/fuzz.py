"""Spoil answers of a worker, and take them in all the way that a check does.

Real workers are asked as hidden checks ask them, and what they answer is recorded. Then the same is
asked again and again of somebody who gives the recorded answers, one of them spoilt: changed bytes
and lengths, other nodes, other forms of answers, frames too many and too few. Everything on the
trusted side takes part: socket and shared memory, frame, decoder, schema, session, what a check
makes of values, and the next request, to which they are passed on. A spoilt answer is refused, as
the student's fault, or read as what some hand-in may have answered; anything else is a failure.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
import traceback
from collections import Counter

import psutil
from fuzzing.check import take_in
from fuzzing.exchanges import Exchange, record
from fuzzing.spoil import spoilt_exchange

# Blocks of memory in use afterwards, over those after the first tenth. What the process takes from
# the system is no measure: it keeps what the largest frames once needed.
MOST_GROWTH = 1.10


def _blocks() -> int:
    gc.collect()
    return sys.getallocatedblocks()


def _report(number: int, exchange: Exchange, seed: int) -> None:
    print(f"frame {number} ({exchange.name}, again with --seed {seed} --only {number}):")
    print("  " + traceback.format_exc().strip().replace("\n", "\n  "))


def main() -> int:
    """Take in many spoilt answers, print what became of them; return 1 where one got through."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="only the frame of this number")
    asked = parser.parse_args()
    exchanges = record()
    numbers = range(asked.frames) if asked.only is None else [asked.only]
    me, started, early = psutil.Process(), time.monotonic(), 0
    descriptors = me.num_fds()
    outcomes: Counter[str] = Counter()
    for number in numbers:
        exchange = spoilt_exchange(random.Random(f"{asked.seed}:{number}"), exchanges)
        try:
            outcomes[take_in(exchange)] += 1
        except Exception:  # noqa: BLE001 - that is what is looked for
            outcomes["anything else"] += 1
            if outcomes["anything else"] <= 5:
                _report(number, exchange, asked.seed)
        if number == asked.frames // 10:
            early = _blocks()
    late, seconds = _blocks(), time.monotonic() - started
    print(f"{sum(outcomes.values()):,} spoilt frames in {seconds:.0f} s, seed {asked.seed}:")
    for words in ("refused", "a fault of the student", "a wrong value", "read", "anything else"):
        print(f"  {outcomes[words]:8,} {words}")
    growth, left = late / (early or late), me.num_fds() - descriptors
    print(f"{late:,} blocks of memory in use, {growth:.2f}x those after a tenth;",
          f"the process takes {me.memory_info().rss / (1 << 20):.0f} MB")  # fmt: skip
    print(f"{left} descriptors left")
    return int(outcomes["anything else"] > 0 or growth > MOST_GROWTH or left > 0)


if __name__ == "__main__":
    sys.exit(main())
