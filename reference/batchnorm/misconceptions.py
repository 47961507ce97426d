"""Mistakes that hand-ins of this assignment make; the hidden suite must catch each."""

from mistakes import (
    alternative,
    backward,
    forward,
    layernorm,
    network,
    running,
    spatial,
    styles_alternative,
    styles_backward,
    styles_forward,
    styles_groupnorm,
    styles_layernorm,
    styles_layernorm_gradients,
    styles_network,
    styles_network_gradients,
    styles_network_more,
    styles_parameters,
    styles_spatial,
    testing,
)

from grader.core.misconception import InVariant, Misconception

_PARTS = (forward, running, testing, backward, alternative, layernorm, spatial, network)
_STYLES = (
    styles_forward,
    styles_backward,
    styles_parameters,
    styles_alternative,
    styles_layernorm,
    styles_layernorm_gradients,
    styles_spatial,
    styles_groupnorm,
    styles_network,
    styles_network_gradients,
    styles_network_more,
)

MISCONCEPTIONS: tuple[Misconception, ...] = tuple(
    mistake for part in _PARTS for mistake in part.MISTAKES
)
# The same in other styles of code: a report must name them all the same.
IN_VARIANTS: tuple[InVariant, ...] = tuple(each for part in _STYLES for each in part.IN_VARIANTS)
