"""NumPy's global random numbers: hand-ins draw from that stream, so the grader has to set it."""

# ruff: noqa: NPY002 - the old interface is the only one to that stream

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Give what draws meanwhile the same numbers each time, and leave the stream as it was."""
    before = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(before)
