"""Does a known mistake explain what a hand-in gives? Values against values, to rounding."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

# What can be seen of one call: arrays, numbers and words by name.
Seen = Mapping[str, Any]
# Under this name stands what a call raised, "kind: message", "" where it returned.
RAISED = "raised"

# Two ways to compute the same thing differ by less, scaled; float32 by less than its own.
_ROUNDING = 1e-6
_ROUNDING_SINGLE = 1e-4
# A mistake must differ from the right value by this many times as much to be heard at all.
_CLEARLY = 10.0
# An array this small beside the others of its call is rounding, such as the gradient of a bias
# before batch norm.
_NOTHING = 1e-5


class Evidence(enum.Enum):
    """What one visible value says about one mistake."""

    FOR = "for"
    AGAINST = "against"


@dataclass(frozen=True)
class Gauge:
    """What counts as a difference between values of one call.

    `rounding` is relative, `floor` absolute. `ignored` are values that nobody has seen, or that are
    drawn; "grads" stands for all of its entries, "grads[W1]".
    """

    rounding: float
    floor: float
    ignored: frozenset[str] = frozenset()

    def same(self, one: Any, other: Any, times: float = 1.0) -> bool:
        """Whether two values differ by rounding at most, or by so many times as much."""
        return error(one, other, self.floor) <= times * self.rounding

    def heard(self, names: Iterable[str]) -> list[str]:
        """Return the names that are not ignored."""
        if not self.ignored:
            return sorted(names)
        return [n for n in sorted(names) if not {n, n.partition("[")[0]} & self.ignored]


def gauge(student: Seen, right: Seen, ignored: Iterable[str] = ()) -> Gauge:
    """Return what counts as a difference, for what a student's call and the right one gave."""
    single = any(
        isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.dtype.itemsize < 8
        for value in student.values()
    )
    # What is left in a dict, such as a variance, is of another size than what is returned.
    returned = (value for name, value in right.items() if not name.startswith("argument"))
    floor = _NOTHING * max(map(_largest, returned), default=0.0)
    return Gauge(_ROUNDING_SINGLE if single else _ROUNDING, floor, frozenset(ignored))


def weigh(student: Seen, right: Seen, mistaken: Seen, by: Gauge) -> dict[str, Evidence]:
    """Return what each value of one call says about a mistake.

    `right` is what the reference gives, `mistaken` the reference with the mistake in it, for the
    same arguments. A value on which these two agree says nothing. What the student's call leaves
    besides what they leave is not looked at, and a call that raised what neither raises is about
    something else.
    """
    if any(RAISED in side and side[RAISED] for side in (student, right, mistaken)):
        return _weigh_raised(*(side.get(RAISED, "") for side in (student, right, mistaken)))
    heard = {}
    for name in by.heard(right.keys() | mistaken.keys()):
        one, other = right.get(name), mistaken.get(name)
        if by.same(one, other, _CLEARLY):
            continue
        if by.same(student.get(name), other):
            heard[name] = Evidence.FOR
        elif not _is_finite(one) or _is_finite(other):
            # Where only the mistake has no number, other code may well have one.
            heard[name] = Evidence.AGAINST
    return heard


def _weigh_raised(student: str, right: str, mistaken: str) -> dict[str, Evidence]:
    """Weigh what was raised, "kind: message" or "" for nothing.

    Where the right code raises, the kind decides. Where it does not, the same kind is no proof, for
    many mistakes raise: the message must be the same, too.
    """
    kinds = [each.partition(":")[0] for each in (student, right, mistaken)]
    if kinds[1] == kinds[2]:
        return {}
    if right:
        if kinds[0] not in kinds[1:]:
            return {}
        return {RAISED: Evidence.FOR if kinds[0] == kinds[2] else Evidence.AGAINST}
    if not student:
        return {RAISED: Evidence.AGAINST}
    return {RAISED: Evidence.FOR} if student == mistaken else {}


def departures(student: Seen, right: Seen, by: Gauge) -> set[str]:
    """Return the values that differ from what the reference gives by more than rounding."""
    return {name for name in by.heard(right) if not by.same(student.get(name), right.get(name))}


def error(one: Any, other: Any, floor: float = 0.0) -> float:
    """Return how far two values are apart: scaled for arrays, 0 or infinite for everything else.

    NaN equals NaN, and an infinity itself; another shape is infinitely far.
    """
    if _is_identical(one, other):  # the most frequent case, and the rest takes ten times as long
        return 0.0
    if not (_is_numeric(one) and _is_numeric(other)):
        return 0.0 if type(one) is type(other) and one == other else np.inf
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if a.shape != b.shape:
        return np.inf
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    finite = np.isfinite(a) & np.isfinite(b)
    if not (same | finite).all():
        return np.inf
    a, b = a[finite], b[finite]
    if not a.size:
        return 0.0
    scale = max(float(np.abs(a).max()), float(np.abs(b).max()), floor)
    return float(np.abs(a - b).max()) / scale if scale > 0 else 0.0


def _is_identical(one: Any, other: Any) -> bool:
    """Say whether two arrays are the same bytes."""
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return False
    same_kind = one.dtype == other.dtype and one.shape == other.shape
    return same_kind and one.tobytes() == other.tobytes()


def _is_numeric(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fiub"
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_finite(value: Any) -> bool:
    return not _is_numeric(value) or bool(np.isfinite(np.asarray(value, dtype=float)).all())


def _largest(value: Any) -> float:
    if not _is_numeric(value) or not np.size(value):
        return 0.0
    size = np.abs(np.asarray(value, dtype=float))
    return float(np.max(size, where=np.isfinite(size), initial=0.0))
