"""Mistakes that hand-ins of this assignment make; the hidden suite must catch each."""

from mistakes import forward, running, testing

from grader.core.misconception import Misconception

_PARTS = (forward, running, testing)

MISCONCEPTIONS: tuple[Misconception, ...] = tuple(
    mistake for part in _PARTS for mistake in part.MISTAKES
)
