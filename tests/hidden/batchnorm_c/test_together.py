"""A whole pass, forward and backward, by the hand-in's own functions."""

import numpy as np
import pytest
from channels import ARGUMENTS, IMAGES, SIZES, draw

from grader.numeric.compare import expect, expect_close, expect_shape

# Statistics are rounded on the way, and the mean is added up in float where it was given so.
TOLERANCE = 1e-4


def forward(side, x, groups):
    """Return the mean and variance of x, and x normalised by them."""
    m = side.mean(x, groups)
    v = side.variance(x, m, groups)
    return m, v, side.normalize(x, m, v, groups)


def backward(side, d, x, groups):
    """Return the gradient with respect to x, given d with respect to what it becomes."""
    m, v, _ = forward(side, x, groups)
    dm = side.delta_mean(d, v, groups)
    dv = side.delta_variance(d, x, m, v, groups)
    return side.delta_batch_norm(d, dm, dv, m, v, x, groups)


@pytest.mark.criterion("together")
@pytest.mark.parametrize("size", [*SIZES, IMAGES])
def test_forward(student, reference, rng, size):
    """Each channel of the batch gets mean 0 and variance 1."""
    batch = draw(rng, reference, size)
    y = forward(student, batch.x, batch.groups)[2]
    expected = forward(reference, batch.x, batch.groups)[2]
    expect_close("the normalised batch", y, expected, tolerance=TOLERANCE)


@pytest.mark.criterion("together")
@pytest.mark.parametrize("size", [*SIZES, IMAGES])
def test_backward(student, reference, rng, size):
    """The gradient with respect to x is right."""
    batch = draw(rng, reference, size)
    dx = backward(student, batch.d, batch.x, batch.groups)
    expect_close("dx", dx, backward(reference, batch.d, batch.x, batch.groups), tolerance=TOLERANCE)


@pytest.mark.criterion("together")
def test_slope(student, reference, rng):
    """Along any direction dx is the slope of the loss."""
    batch = draw(rng, reference, (5, 3, 4))
    dx = backward(student, batch.d, batch.x, batch.groups)
    expect_shape("dx", dx, batch.x.shape)
    expect(bool(dx.any()), "dx is 0 everywhere")
    direction = rng.standard_normal(dx.shape)
    step = 1e-5 * direction
    x = batch.x.astype(np.float64)
    ahead, behind = (forward(reference, each, batch.groups)[2] for each in (x + step, x - step))
    slope = (batch.d * (ahead - behind)).sum() / 2e-5
    size = np.abs(dx * direction).sum()
    expect_close("the slope along a direction", np.atleast_1d((dx * direction).sum() / size),
                 np.atleast_1d(slope / size), tolerance=TOLERANCE, scale=1.0)  # fmt: skip


@pytest.mark.criterion("together")
def test_dx_sums_to_0(student, reference, rng):
    """A constant added to a channel changes nothing, so dx sums to 0 over a channel."""
    batch = draw(rng, reference, (6, 3, 4))
    dx = backward(student, batch.d, batch.x, batch.groups)
    size = np.abs(backward(reference, batch.d, batch.x, batch.groups)).max()
    expect_shape("dx", dx, batch.x.shape)
    sums = dx.astype(np.float64).reshape(6, 3, 4).sum(axis=(0, 2))
    expect_close("the sum of dx over a channel", sums, np.zeros(3), tolerance=TOLERANCE, scale=size)


@pytest.mark.criterion("together")
def test_dx_is_orthogonal(student, reference, rng):
    """Stretching a channel changes nothing but for eps, so dx is orthogonal to what x becomes."""
    batch = draw(rng, reference, (6, 3, 4))
    dx = backward(student, batch.d, batch.x, batch.groups)
    size = np.abs(backward(reference, batch.d, batch.x, batch.groups)).max()
    expect_shape("dx", dx, batch.x.shape)
    y = forward(reference, batch.x, batch.groups)[2]
    products = (dx * y).reshape(6, 3, 4).sum(axis=(0, 2))
    expect_close(
        "the product of dx and y", products, np.zeros(3), tolerance=24 * TOLERANCE, scale=size
    )


@pytest.mark.criterion("together")
def test_order_of_examples(student, reference, rng):
    """Examples in another order give the same, in that order."""
    batch = draw(rng, reference, (6, 3, 4))
    order = rng.permutation(6)
    dx = backward(student, batch.d, batch.x, batch.groups)
    expect_shape("dx", dx, batch.x.shape)
    expect(bool(dx.any()), "dx is 0 everywhere")
    moved = backward(student, batch.d[order].copy(), batch.x[order].copy(), batch.groups)
    expect_close("dx of the examples in another order", moved, dx[order], tolerance=TOLERANCE)


@pytest.mark.criterion("together")
def test_inputs_stay(student, reference, rng):
    """No function changes what it is given."""
    batch = draw(rng, reference, (5, 3, 4))
    for name in ARGUMENTS:
        result = getattr(student, name)(*batch.arguments(name))
        expect(bool(result.any()), f"{name} gives nothing but 0")
        expect(
            not student.modified,
            f"{name} changes what it is given",
            hint="Write into a matrix of its own: others still need the elements of this one.",
        )
