"""The known mistakes in other styles of code: a report must name them all the same."""

from mistakes import (
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
)

from grader.core.misconception import InVariant

_PARTS = (
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

IN_VARIANTS: tuple[InVariant, ...] = tuple(each for part in _PARTS for each in part.IN_VARIANTS)
