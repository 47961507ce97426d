"""Layer norm, forward and backward."""

import numpy as np
import pytest
from draws import HUGE, SIZES, TOLERANCE, draw_batch, expect_eps_in_dx, expect_gradients

from grader.numeric.compare import expect_close, expect_finite, expect_shape

AXIS_HINT = "Each example (row) is normalised over its own features (columns)."


@pytest.mark.criterion("ln_forward")
@pytest.mark.parametrize(("n", "d"), SIZES)
def test_values(student, reference, rng, n, d):
    """Every entry of the result is right, for any gamma and beta."""
    batch = draw_batch(rng, n, d, HUGE)
    out, _ = student.layernorm_forward(batch.x, batch.gamma, batch.beta, {})
    expected, _ = reference.layernorm_forward(batch.x, batch.gamma, batch.beta, {})
    expect_close("out", out, expected, tolerance=TOLERANCE, hint=AXIS_HINT)


@pytest.mark.criterion("ln_forward")
def test_eps(student, reference, rng):
    """The eps in ln_param is the one that is used, and it guards nearly constant examples."""
    batch = draw_batch(rng, 5, 6, 1e-3)
    arguments = (batch.x, batch.gamma, batch.beta)
    for param in ({}, {"eps": 1e-3}):
        out, _ = student.layernorm_forward(*arguments, dict(param))
        expected, _ = reference.layernorm_forward(*arguments, dict(param))
        expect_close("out", out, expected, tolerance=TOLERANCE, hint="eps belongs to the variance.")


@pytest.mark.criterion("ln_forward")
def test_independent_of_the_batch(student, rng):
    """Each example gives the same result alone as in a batch, in training and in testing."""
    batch = draw_batch(rng, 6, 4, HUGE)
    arguments = (batch.gamma, batch.beta)
    together, _ = student.layernorm_forward(batch.x, *arguments, {"mode": "train"})
    expect_shape("out", together, batch.x.shape)
    alone = student.batch(
        "layernorm_forward", [(row[None, :], *arguments, {"mode": "test"}) for row in batch.x]
    )
    for out, _ in alone:
        expect_shape("out for one example", out, (1, 4))
    rows = np.vstack([out for out, _ in alone])
    expect_finite("out", together)
    expect_close("out, one example at a time", rows, together, tolerance=TOLERANCE, hint=AXIS_HINT)


@pytest.mark.criterion("ln_backward")
@pytest.mark.parametrize(("n", "d"), [*SIZES, (20, 7)])
def test_backward(student, reference, rng, n, d):
    """dx, dgamma and dbeta are the gradients of the loss."""
    batch = draw_batch(rng, n, d, HUGE)
    gradients = []
    for side in (student, reference):
        _, cache = side.later.layernorm_forward(batch.x, batch.gamma, batch.beta, {})
        gradients.append(side.layernorm_backward(batch.dout, cache))
    expect_gradients(*gradients)


@pytest.mark.criterion("ln_backward")
def test_eps_in_dx(student, reference, rng):
    """Where an example hardly varies, dx depends on the eps of the forward pass."""
    batch = draw_batch(rng, 8, 4, 1e-2)
    batch.x -= batch.x.mean(axis=0)
    expect_eps_in_dx(student, reference, "layernorm", "layernorm_backward", batch)
