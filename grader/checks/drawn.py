"""NumPy's global random numbers: hand-ins draw from that stream, so the grader has to set it."""

# ruff: noqa: NPY002 - the old interface is the only one to that stream

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Leave the stream as it was, whatever draws from it or seeds it meanwhile."""
    before = np.random.get_state()
    try:
        yield
    finally:
        np.random.set_state(before)


def reseed(seed: int) -> None:
    """Start the stream anew: a fiftieth of the time that `kept` takes, for who does it often."""
    np.random.seed(seed)


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Give what draws meanwhile the same numbers each time, and leave the stream as it was."""
    with kept():
        reseed(seed)
        yield
