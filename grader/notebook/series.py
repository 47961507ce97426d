"""Hold all numbers of an experiment against those of another run, as a whole.

What is trained comes out otherwise on another machine, also from the same seed: rounding grows with
every step. How far honest runs are apart depends on the experiment, so the assignment says it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from grader.notebook.evidence import Evidence, Holding, Verdict
from grader.notebook.readings import Reading, find


@dataclass(frozen=True)
class Band:
    """How far honest runs may be apart: in any one number, and on average over all of them."""

    one: float
    average: float


class _Pair(NamedTuple):
    label: str
    shown: float
    fresh: float
    unit: str

    @property
    def apart(self) -> float:
        """The distance in the units of the band: percent are hundredths."""
        if not (math.isfinite(self.shown) and math.isfinite(self.fresh)):
            same = self.shown == self.fresh or (math.isnan(self.shown) and math.isnan(self.fresh))
            return 0.0 if same else math.inf
        return abs(self.shown - self.fresh) / (100 if self.unit == "%" else 1)


def hold_series(
    stored: Evidence, again: Evidence | None, pattern: str, what: str, band: Band
) -> Holding | None:
    """Hold every number whose label matches, each against the one of the same label.

    `what` says what they are, "accuracies". A pair further apart than the band contradicts, and so
    does a series that is further apart on average. None where the notebook shows no such number;
    of several pairs the holding names the one that is furthest apart.
    """
    here = find(stored.readings, pattern)
    if not here:
        return None
    count = sum(len(reading.values) for reading in here)
    if again is None:
        sentence = f"The notebook shows {count} {what}; there is nothing to hold them against."
        return Holding(Verdict.NOTED, sentence, f"{count} {what}")
    pairs = _pairs(here, find(again.readings, pattern))
    if not pairs:
        return Holding(Verdict.NOT_COMPARED, "", f"{count} {what}")
    return _judged(pairs, what, band)


def _pairs(here: Sequence[Reading], there: Sequence[Reading]) -> list[_Pair]:
    """Return the numbers of equal labels; where a label comes more than once, in their order."""
    found = []
    for label in dict.fromkeys(reading.label for reading in here):
        sides = [[r for r in side if r.label == label] for side in (here, there)]
        if len(sides[0]) != len(sides[1]):
            continue
        for one, other in zip(*sides, strict=True):
            if len(one.values) == len(other.values):
                values = zip(one.values, other.values, strict=True)
                found += [_Pair(label, shown, fresh, one.unit) for shown, fresh in values]
    return found


def _judged(pairs: Sequence[_Pair], what: str, band: Band) -> Holding:
    far = max(pairs, key=lambda pair: pair.apart)
    average = sum(pair.apart for pair in pairs) / len(pairs)
    beyond = far.apart > band.one or average > band.average
    says = f"The notebook shows {far.label} {far.shown:.4g}"
    again = f"running it again prints {far.fresh:.4g}"
    most = f"Of {len(pairs)} {what} these are furthest apart; the average is {average:.2g}"
    known = f"honest runs stay within {band.one:g}, and {band.average:g} on average"
    return Holding(
        verdict=Verdict.CONTRADICTS if beyond else Verdict.AGREES,
        sentence=f"{says}; {again}. {most}, while {known}."
        if beyond
        else f"{says}, and {again}: they agree. {most}.",
        label=far.label if beyond else f"furthest apart of {len(pairs)} {what}",
        shown=(far.shown,),
        fresh=(far.fresh,),
    )
