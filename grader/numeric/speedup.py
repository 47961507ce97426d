"""Statistics of paired timings: is one function reliably faster than another?

Times come in pairs measured one right after the other, so the machine's drift cancels in each
ratio. The median of the ratios decides; where they scatter so much that the median of as many
others may well lie on the other side of the bar, nothing is decided.
"""

from __future__ import annotations

import enum
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

# At most this ratio of the student's time to the reference's counts as faster.
PASS_RATIO = 0.9
# Between these a single round is too close to call, and more rounds are pooled. On a loaded machine
# a whole round can be slow for one side: functions of 0.68 measured 1.19 once in 40 times, so that
# one round alone takes points only from what is slow beyond doubt.
CLOSE_CALL = (0.80, 1.5)
# Interquartile range over median, above which nothing is decided in the end while the interval of
# the median holds the bar.
TOO_NOISY = 0.25
# Half the width of the confidence interval of a median at about 95%, in ranks over the square root
# of the sample size: the sign test turned round (Conover 1999, section 3.2).
_HALF_WIDTH = 0.98


class Verdict(enum.Enum):
    """What a set of ratios says."""

    FASTER = "faster"
    NOT_FASTER = "not faster"
    MEASURE_AGAIN = "measure again"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Speedup:
    """`ratio` is the median of student time / reference time, `spread` their relative IQR."""

    verdict: Verdict
    ratio: float
    spread: float


def judge(ratios: Sequence[float], *, final: bool) -> Speedup:
    """Judge ratios of student time to reference time (dimensionless, at least 4 of them).

    A round that is not `final` may ask for more measurements.
    """
    low, _, high = statistics.quantiles(ratios, n=4)
    ratio = statistics.median(ratios)
    # A clock that did not move says nothing.
    spread = (high - low) / ratio if ratio > 0 else float("inf")
    close = CLOSE_CALL[0] < ratio < CLOSE_CALL[1]
    if close and not final:
        verdict = Verdict.MEASURE_AGAIN
    elif ratio <= 0 or ((not final or spread > TOO_NOISY) and _may_be(PASS_RATIO, ratios)):
        verdict = Verdict.INCONCLUSIVE if final else Verdict.MEASURE_AGAIN
    else:
        verdict = Verdict.FASTER if ratio <= PASS_RATIO else Verdict.NOT_FASTER
    return Speedup(verdict, ratio, spread)


def _may_be(value: float, ratios: Sequence[float]) -> bool:
    """Whether the confidence interval of the median holds a value."""
    ranked = sorted(ratios)
    rank = math.floor(len(ranked) / 2 - _HALF_WIDTH * math.sqrt(len(ranked)))
    return ranked[max(rank, 0)] <= value <= ranked[-1 - max(rank, 0)]
