"""The backward pass, judged in bands of its error."""

import pytest

from grader.numeric.compare import expect_bands

# An error of at most 1e-12 of the largest entry earns everything; a gradient that is right but
# approximate, as finite differences give it, half.
BANDS = [(1e-12, 1.0), (1e-4, 0.5)]


@pytest.mark.criterion("backward")
@pytest.mark.parametrize(("n", "d"), [(4, 7), (6, 3)])
def test_dx(student, reference, rng, n, d):
    """dx is the gradient of the loss with respect to x."""
    x, dout = rng.standard_normal((n, d)), rng.standard_normal((n, d))
    # `later` notes a call, which travels together with the next one.
    _, cache = student.later.log_softmax_forward(x)
    dx = student.log_softmax_backward(dout, cache)
    _, cache = reference.log_softmax_forward(x)
    expected = reference.log_softmax_backward(dout, cache)
    hint = "Compare with a numerical gradient, for a random dout."
    expect_bands("dx", dx, expected, BANDS, hint=hint)


@pytest.mark.criterion("backward")
def test_rows_are_independent(student, reference, rng):
    """An example whose dout is 0 everywhere has a dx of 0, whatever the others are."""
    x, dout = rng.standard_normal((5, 4)), rng.standard_normal((5, 4))
    dout[::2] = 0.0
    _, cache = student.later.log_softmax_forward(x)
    dx = student.log_softmax_backward(dout, cache)
    _, cache = reference.log_softmax_forward(x)
    expected = reference.log_softmax_backward(dout, cache)
    expect_bands("dx", dx, expected, BANDS, hint="Sum over a row, never over the batch.")
