"""Batch norm, backward: staged and alternative."""

import numpy as np
import pytest
from draws import (
    BANDS,
    HUGE,
    SIZES,
    draw_batch,
    expect_eps_in_dx,
    expect_gradients,
    expect_zero,
)

from grader.numeric.compare import (
    expect,
    expect_bands,
    expect_dtype,
    expect_finite,
    expect_shape,
    scaled_error,
)

SUM_HINT = "dgamma and dbeta collect the gradient of every example: sum over the batch."
PATHS_HINT = "x reaches the loss directly, through the mean and through the variance."


def backward(side, batch, name="batchnorm_backward"):
    _, cache = side.later.batchnorm_forward(batch.x, batch.gamma, batch.beta, {"mode": "train"})
    return getattr(side, name)(batch.dout, cache)


@pytest.mark.criterion("bn_dx")
@pytest.mark.parametrize(("n", "d"), [*SIZES, (50, 7)])
def test_dx(student, reference, rng, n, d):
    """dx is the gradient of the loss with respect to every entry of x."""
    batch = draw_batch(rng, n, d, HUGE)
    dx, _, _ = backward(student, batch)
    expect_bands("dx", dx, backward(reference, batch)[0], BANDS, hint=PATHS_HINT)


@pytest.mark.criterion("bn_dx")
def test_eps_in_dx(student, reference, rng):
    """Where a feature hardly varies, dx depends on the eps of the forward pass."""
    batch = draw_batch(rng, 8, 4, 1e-2)
    expect_eps_in_dx(student, reference, "batchnorm", "batchnorm_backward", batch)


@pytest.mark.criterion("bn_alt")
def test_eps_in_alternative_dx(student, reference, rng):
    """Where a feature hardly varies, dx depends on the eps of the forward pass here, too."""
    batch = draw_batch(rng, 8, 4, 1e-2)
    expect_eps_in_dx(student, reference, "batchnorm", "batchnorm_backward_alt", batch)


@pytest.mark.criterion("bn_dx")
def test_dx_sums_to_0(student, reference, rng):
    """A constant added to a feature changes nothing, so dx sums to 0 over the batch."""
    batch = draw_batch(rng, 9, 5, HUGE)
    dx, _, _ = backward(student, batch)
    expected = backward(reference, batch)[0]
    expect_shape("dx", dx, expected.shape)
    expect_zero("the sum of dx over the batch", dx.sum(axis=0), np.abs(expected).max(),
                "Look at the path through the mean.")  # fmt: skip


@pytest.mark.criterion("bn_dx")
def test_dx_is_orthogonal_to_x_hat(student, reference, rng):
    """Stretching a feature changes nothing but for eps, so dx is orthogonal to x_hat."""
    batch = draw_batch(rng, 9, 5, HUGE)
    dx, _, _ = backward(student, batch)
    expected = backward(reference, batch)[0]
    expect_shape("dx", dx, expected.shape)
    x_hat = (batch.x - batch.x.mean(axis=0)) / batch.x.std(axis=0)
    expect_zero("the product of dx and x_hat", (dx * x_hat).sum(axis=0), np.abs(expected).max(),
                "Look at the path through the variance.")  # fmt: skip


@pytest.mark.criterion("bn_dx")
def test_dx_follows_the_rows(student, rng):
    """When the examples change places, the rows of dx change places with them."""
    batch = draw_batch(rng, 7, 4, HUGE)
    order = rng.permutation(7)
    dx, _, _ = backward(student, batch)
    batch.x, batch.dout = batch.x[order], batch.dout[order]
    permuted, _, _ = backward(student, batch)
    expect_shape("dx", dx, batch.x.shape)
    expect_finite("dx", dx)
    expect_bands("dx of the permuted batch", permuted, dx[order], BANDS)


@pytest.mark.criterion("bn_dgamma")
@pytest.mark.parametrize(("n", "d"), SIZES)
def test_dgamma(student, reference, rng, n, d):
    """dgamma is the gradient of the loss with respect to gamma, of the same shape."""
    batch = draw_batch(rng, n, d, HUGE)
    _, dgamma, _ = backward(student, batch)
    expect_bands("dgamma", dgamma, backward(reference, batch)[1], BANDS, hint=SUM_HINT)


@pytest.mark.criterion("bn_dbeta")
@pytest.mark.parametrize(("n", "d"), SIZES)
def test_dbeta(student, reference, rng, n, d):
    """dbeta is the gradient of the loss with respect to beta, of the same shape."""
    batch = draw_batch(rng, n, d, HUGE)
    _, _, dbeta = backward(student, batch)
    expect_bands("dbeta", dbeta, backward(reference, batch)[2], BANDS, hint=SUM_HINT)


@pytest.mark.criterion("bn_alt")
@pytest.mark.parametrize(("n", "d"), [*SIZES, (50, 7)])
def test_alternative(student, reference, rng, n, d):
    """The alternative backward pass computes the same three gradients."""
    batch = draw_batch(rng, n, d, HUGE)
    gradients = backward(student, batch, "batchnorm_backward_alt")
    expect_gradients(gradients, backward(reference, batch))


@pytest.mark.criterion("inputs")
@pytest.mark.parametrize(
    ("norm", "name"),
    [
        ("batchnorm", "batchnorm_backward"),
        ("batchnorm", "batchnorm_backward_alt"),
        ("layernorm", "layernorm_backward"),
    ],
)
def test_backward_leaves_its_inputs_alone(student, rng, norm, name):
    """The backward pass leaves dout and the cache as they were, and float64 stays float64."""
    batch = draw_batch(rng, 6, 4, HUGE)
    arguments = (batch.x, batch.gamma, batch.beta)
    _, cache = getattr(student, f"{norm}_forward")(*arguments, {"mode": "train"})
    first = getattr(student, name)(batch.dout, cache)
    expect(
        not student.modified,
        f"{name} changes its input",
        expected="dout as it was",
        actual="dout changed",
        hint="dout *= gamma writes into the caller's array; dout * gamma makes a new one.",
    )
    expect_dtype("dx", first[0], np.float64)
    other = getattr(student, name)(rng.standard_normal(batch.dout.shape), cache)
    again = getattr(student, name)(batch.dout, cache)
    for part, one, two, three in zip(("dx", "dgamma", "dbeta"), first, again, other, strict=True):
        expect_finite(part, one)
        expect_bands(f"{part} of a second call with the same cache", two, one, [(1e-12, 1.0)],
                     hint="Something in the cache was changed.")  # fmt: skip
        expect_shape(part, three, one.shape)
        expect(scaled_error(three, one) > 1e-3, f"{part} does not depend on dout")


@pytest.mark.criterion("inputs")
def test_each_cache_stands_for_itself(student, rng):
    """With two layers of one size, each cache leads to the gradients of its own layer."""
    one, two = draw_batch(rng, 6, 4, HUGE), draw_batch(rng, 6, 4, HUGE)
    alone = [backward(student, batch) for batch in (one, two)]
    caches = [
        student.batchnorm_forward(batch.x, batch.gamma, batch.beta, {"mode": "train"})[1]
        for batch in (one, two)
    ]
    for batch, cache, expected in zip((one, two), caches, alone, strict=True):
        together = student.batchnorm_backward(batch.dout, cache)
        for part, ours, theirs in zip(("dx", "dgamma", "dbeta"), together, expected, strict=True):
            expect_finite(part, theirs)
            expect_bands(
                f"{part} of one of two layers",
                ours,
                theirs,
                [(1e-9, 1.0)],
                hint="Take everything from the cache; a global variable remembers one layer only.",
            )
    expect_shape("dx", alone[1][0], alone[0][0].shape)
    expect(scaled_error(alone[1][0], alone[0][0]) > 1e-3, "dx does not depend on the layer")


@pytest.mark.criterion("bn_speedup")
def test_speedup(race, rng, tell):
    """The alternative backward pass takes at most 0.9 of the time of a staged one."""

    def draw():
        # With cheaper draws the ratios scatter more, measured.
        batch = draw_batch(rng, 100, 500)
        arguments = (batch.x, batch.gamma, batch.beta, {"mode": "train"})
        return race.lap("batchnorm_forward", arguments, send=(batch.dout,), take=(1,))

    names = ("batchnorm_backward_alt", "batchnorm_backward")
    speedup = race.run(draw, *names)
    own = race.own_ratio(draw, *names)
    yours = "" if own is None else f", and {own:.1f} of the time of your own"
    tell(f"batchnorm_backward_alt took {speedup.ratio:.1f} of the time of a staged pass{yours}.")
