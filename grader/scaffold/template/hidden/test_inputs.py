"""Good manners: arguments stay as they were."""

import numpy as np
import pytest

from grader.numeric.compare import expect, expect_dtype, expect_finite, expect_shape


@pytest.mark.criterion("inputs")
def test_inputs_are_left_alone(student, rng):
    """Both functions leave their arguments as they were, and float64 stays float64."""
    x, dout = rng.standard_normal((4, 6)), rng.standard_normal((4, 6))
    out, cache = student.log_softmax_forward(x)
    _expect_untouched(student, "log_softmax_forward", "x")
    _expect_work("out", out, x)
    dx = student.log_softmax_backward(dout, cache)
    _expect_untouched(student, "log_softmax_backward", "dout")
    _expect_work("dx", dx, dout)


def _expect_untouched(student, function, argument):
    expect(
        not student.modified,
        f"{function} changes its argument {argument}",
        expected=f"{argument} as it was",
        hint="x -= y writes into the caller's array; x - y makes a new one.",
    )


def _expect_work(name, result, argument):
    """Demand that something was computed: a function that does nothing leaves inputs alone, too."""
    expect_shape(name, result, argument.shape)
    expect_dtype(name, result, np.float64)
    expect_finite(name, result)
    expect(np.ptp(result) > 0, f"{name} is the same everywhere")
    expect(not np.array_equal(result, argument), f"{name} is the argument itself")
