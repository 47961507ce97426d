"""Statistics of paired timings: is one function reliably faster than another?

Times come in pairs measured one right after the other, so the machine's drift cancels in each
ratio. The median of the ratios decides; a ratio of noise to signal that is too large decides
nothing.
"""

from __future__ import annotations

import enum
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

# At most this ratio of the student's time to the reference's counts as faster.
PASS_RATIO = 0.9
# Between these a single round is too close to call, and more rounds are pooled.
CLOSE_CALL = (0.80, 1.05)
# Interquartile range over median, above which a close call is not made at all.
TOO_NOISY = 0.5


class Verdict(enum.Enum):
    """What a set of ratios says."""

    FASTER = "faster"
    NOT_FASTER = "not faster"
    MEASURE_AGAIN = "measure again"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Speedup:
    """`ratio` is the median of student time / reference time, `spread` its relative IQR."""

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
    elif spread > TOO_NOISY and low <= PASS_RATIO <= high:
        verdict = Verdict.INCONCLUSIVE if final else Verdict.MEASURE_AGAIN
    else:
        verdict = Verdict.FASTER if ratio <= PASS_RATIO else Verdict.NOT_FASTER
    return Speedup(verdict, ratio, spread)
