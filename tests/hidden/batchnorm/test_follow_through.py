"""What is right but for an earlier mistake, held against the student's own work."""

import numpy as np
import pytest
from draws import HUGE, draw_batch, running
from own_network import expect_own_network
from own_work import (
    BATCH_NORM,
    LAYER_NORM,
    PARTS,
    SAME,
    SPATIAL,
    WIDE,
    draw_values,
    expect_normalisation,
    expect_normalised,
    expect_own_gradients,
    expect_same,
    expect_working_backward,
    group_norm,
)

from grader.numeric.compare import expect, expect_finite, expect_shape

SIZES = [(6, 5), (5, 7)]
# Unequal axes, and few entries: each costs two calls.
IMAGES = (2, 4, 3, 2)
STATISTICS_HINT = "Compared with your own running statistics."
UPDATE_HINT = "Only training batches move the averages."


@pytest.mark.follow_through("bn_dx")
@pytest.mark.parametrize(("n", "d"), SIZES)
def test_dx_of_your_forward_pass(student, rng, n, d):
    """dx is the gradient of your own forward pass with respect to x."""
    expect_own_gradients(student, BATCH_NORM, rng, (n, d), (0,))


@pytest.mark.follow_through("bn_dgamma")
@pytest.mark.parametrize(("n", "d"), SIZES)
def test_dgamma_of_your_forward_pass(student, rng, n, d):
    """dgamma is the gradient of your own forward pass with respect to gamma."""
    expect_own_gradients(student, BATCH_NORM, rng, (n, d), (1,))


@pytest.mark.follow_through("bn_dbeta")
@pytest.mark.parametrize(("n", "d"), SIZES)
def test_dbeta_of_your_forward_pass(student, rng, n, d):
    """dbeta is the gradient of your own forward pass with respect to beta."""
    expect_own_gradients(student, BATCH_NORM, rng, (n, d), (2,))


@pytest.mark.follow_through("bn_alt")
def test_your_staged_backward_can_be_followed(student, reference, rng):
    """Your forward pass normalises, and your staged backward pass gives gradients."""
    expect_normalisation(student, BATCH_NORM, rng)
    expect_working_backward(student, reference, BATCH_NORM, rng)


@pytest.mark.follow_through("bn_alt")
@pytest.mark.parametrize(("n", "d"), [*SIZES, (20, 7), WIDE])
def test_same_as_your_staged_backward(student, rng, n, d):
    """The alternative backward pass computes the same as your own staged one."""
    values, dout = draw_values(rng, BATCH_NORM, (n, d))
    expect_normalised(student, BATCH_NORM, values)
    _, cache = student.batchnorm_forward(*BATCH_NORM.arguments(values))
    staged = student.batchnorm_backward(dout, cache)
    alternative = student.batchnorm_backward_alt(dout, cache)
    for part, ours, own in zip(PARTS, alternative, staged, strict=True):
        expect_shape(part, own, dout.shape if part == "dx" else own.shape)
        expect(own.any(), f"{part} of your staged backward pass is 0 everywhere")
        expect_same(part, ours, own, "Compared with your own staged backward pass.")


@pytest.mark.follow_through("bn_test")
def test_your_running_statistics_normalise(student, rng):
    """At test time your own running statistics normalise, whatever they hold."""
    batches = [draw_batch(rng, 6, 4, HUGE) for _ in range(4)]
    expect_normalisation(student, BATCH_NORM, rng)
    param = trained(student, batches, 1.0)
    mean, deviation = own_statistics(student, param, batches)
    batch, x = batches[0], batches[1].x
    plain = np.ones(4), np.zeros(4)
    for parameters, scale, shift in (
        (plain, 1.0, 0.0),
        ((batch.gamma, batch.beta), *as_in_training(student, batch)),
    ):
        left = {**param, "mode": "test"}
        out, _ = student.batchnorm_forward(x, *parameters, left)
        expect_same("out", out, scale * (x - mean) / deviation + shift, STATISTICS_HINT)
        for key in ("running_mean", "running_var"):
            kept = running(left, key, 4)
            expect_same(key, kept, running(param, key, 4), UPDATE_HINT, tolerance=1e-12)


def own_statistics(student, param, batches):
    """Return mean and deviation that the student's running statistics stand for."""
    d = batches[0].x.shape[1]
    ten = trained(student, batches, 10.0)
    mean, spread = (running(param, key, d) for key in ("running_mean", "running_var"))
    grown_mean, grown = (running(ten, key, d) for key in ("running_mean", "running_var"))
    for name, value in (("running_mean", mean), ("running_var", spread), ("running_var", grown)):
        expect_finite(name, value)
    expect(mean.any() and spread.min() > 0, "the running statistics stay at 0")
    # Ten times the data, ten times the mean; a variance grows by 100, a deviation by 10.
    expect_same("running_mean", grown_mean, 10.0 * mean, STATISTICS_HINT, tolerance=SAME)
    power = float(np.median(np.log10(grown / spread)))
    if abs(power - 1.0) < 0.1:
        return mean, spread
    expect(abs(power - 2.0) < 0.1, "running_var does not move with the batches")
    return mean, np.sqrt(spread)


def trained(student, batches, factor):
    """Return the bn_param that training on these batches leaves."""
    param = {"mode": "train"}
    calls = [(factor * batch.x, batch.gamma, batch.beta) for batch in batches]
    student.in_turn("batchnorm_forward", calls, param)
    return param


def as_in_training(student, batch):
    """Return scale and shift that gamma and beta stand for in the student's training pass."""
    plain = np.ones_like(batch.gamma), np.zeros_like(batch.beta)
    calls = [(batch.x, *each, {"mode": "train"}) for each in (plain, (batch.gamma, batch.beta))]
    (x_hat, _), (out, _) = student.batch("batchnorm_forward", calls)
    for each in (x_hat, out):
        expect_shape("out", each, batch.x.shape)
        expect_finite("out", each)
    centred = x_hat - x_hat.mean(axis=0)
    scale = np.sum(centred * out, axis=0) / np.sum(centred**2, axis=0)
    shift = out.mean(axis=0) - scale * x_hat.mean(axis=0)
    expect_finite("out", scale)
    return scale, shift


@pytest.mark.follow_through("ln_backward")
@pytest.mark.parametrize(("n", "d"), SIZES)
def test_layer_norm_follows_your_forward_pass(student, rng, n, d):
    """dx, dgamma and dbeta are the gradients of your own forward pass."""
    expect_own_gradients(student, LAYER_NORM, rng, (n, d))


@pytest.mark.follow_through("sbn_backward")
def test_spatial_batch_norm_follows_your_forward_pass(student, rng):
    """dx, dgamma and dbeta are the gradients of your own forward pass."""
    expect_own_gradients(student, SPATIAL, rng, IMAGES)


@pytest.mark.follow_through("gn_backward")
@pytest.mark.parametrize("groups", [1, 2])
def test_group_norm_follows_your_forward_pass(student, rng, groups):
    """dx, dgamma and dbeta are the gradients of your own forward pass."""
    expect_own_gradients(student, group_norm(groups), rng, IMAGES)


@pytest.mark.follow_through("net_batchnorm")
@pytest.mark.parametrize("reg", [0.0, 3.14])
def test_network_of_your_batch_norm(student, reference, rng, reg):
    """Loss and gradients are those of a network that is made of your own batch norm."""
    expect_own_network(student, reference, rng, "batchnorm", reg)


@pytest.mark.follow_through("net_layernorm")
@pytest.mark.parametrize("reg", [0.0, 3.14])
def test_network_of_your_layer_norm(student, reference, rng, reg):
    """Loss and gradients are those of a network that is made of your own layer norm."""
    expect_own_network(student, reference, rng, "layernorm", reg)
