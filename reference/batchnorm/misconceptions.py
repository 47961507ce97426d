"""Mistakes that hand-ins of this assignment make; the hidden suite must catch each."""

from mistakes import (
    alternative,
    backward,
    forward,
    layernorm,
    network,
    running,
    spatial,
    testing,
)

from grader.core.misconception import Misconception

_PARTS = (forward, running, testing, backward, alternative, layernorm, spatial, network)

MISCONCEPTIONS: tuple[Misconception, ...] = tuple(
    mistake for part in _PARTS for mistake in part.MISTAKES
)
