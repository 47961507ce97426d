"""Tell whether two replies of hand-ins agree to rounding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.sandbox.unwalled import Message
from grader.worker.wire import Handle

TOLERANCE = 1e-9
# How many times the effect of the last bit of every input counts as rounding.
_ROUNDINGS = 100


def _leaves(value: Any) -> Iterator[Any]:
    """Yield what counts of a reply: its form and values; of an exception its kind, not its text."""
    if isinstance(value, dict):
        if value.get("status") == "raised":
            value = {"kinds": tuple(value["kinds"])}
        for key in sorted(value, key=str):
            yield key
            yield from _leaves(value[key])
    elif isinstance(value, (tuple, list)):
        yield len(value)
        for each in value:
            yield from _leaves(each)
    elif isinstance(value, Handle):
        yield "handle"
    else:
        # A number counts as an array without axes, as it does for the checks.
        yield np.asarray(value) if type(value) in {bool, int, float} else value


def gaps(one: Message, other: Message) -> list[float]:
    """Return how far the values of two replies are apart, 0 where they cannot be compared."""
    pairs = zip(_leaves(one), _leaves(other), strict=False)
    return [_gap(a, b) if _comparable(a, b) else 0.0 for a, b in pairs]


def _comparable(one: Any, other: Any) -> bool:
    both = isinstance(one, np.ndarray) and isinstance(other, np.ndarray)
    return both and (one.shape, one.dtype) == (other.shape, other.dtype)


def _gap(one: Any, other: Any) -> float:
    """Return the largest difference; infinite where one is not finite and the other not the same.

    NaN is the same as NaN.
    """
    one, other = np.asarray(one, float), np.asarray(other, float)
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    with np.errstate(all="ignore"):
        gaps = np.where(same, 0.0, np.abs(one - other))
    return float(np.max(np.where(np.isnan(gaps), np.inf, gaps), initial=0.0))


def same(expected: Message, actual: Message, slack: Sequence[float]) -> bool:
    """Tell whether two replies agree to rounding."""
    ours, theirs = list(_leaves(expected)), list(_leaves(actual))
    return len(ours) == len(theirs) and all(map(_agree, ours, theirs, slack))


def _agree(expected: Any, actual: Any, slack: float) -> bool:
    if not _comparable(expected, actual):
        array = isinstance(expected, np.ndarray)
        return not array and type(expected) is type(actual) and bool(expected == actual)
    finite = np.abs(np.asarray(expected, float))
    scale = float(np.max(finite, initial=0.0, where=np.isfinite(finite)))
    rounding = _ROUNDINGS * slack if np.isfinite(slack) else 0.0
    return _gap(expected, actual) <= max(TOLERANCE * scale, rounding)
