"""Known mistakes of batch norm's forward pass in the code of variants."""

from grader.core.misconception import InVariant
from mistakes import (
    styles_output,
    styles_running,
    styles_statistics,
    styles_test_formula,
    styles_test_statistics,
)

_PARTS = (
    styles_statistics,
    styles_output,
    styles_running,
    styles_test_statistics,
    styles_test_formula,
)

IN_VARIANTS: tuple[InVariant, ...] = tuple(each for part in _PARTS for each in part.IN_VARIANTS)
