"""Each function of batch_norm.c by itself, with statistics and gradients that are right."""

import numpy as np
import pytest
from channels import ARGUMENTS, IMAGES, SIZES, Batch, draw, expect_apart, expect_right

from grader.numeric.compare import expect_close

HINTS = {
    "variance": "The mean of the squared distances from m, over a channel in all rows.",
    "normalize": "Subtract the channel's mean, divide by the root of its variance plus eps.",
    "delta_mean": "Each element pulls at its channel's mean with -1 / sqrt(v + eps).",
    "delta_variance": "The derivative of (v + eps)^(-1/2) with respect to v goes with d (x - m).",
    "delta_batch_norm": "x reaches the loss directly, through the variance and through the mean.",
}


def each_function(check):
    """Have a check run for every function, for the criterion of its name."""
    marked = [pytest.param(name, marks=pytest.mark.criterion(name)) for name in ARGUMENTS]
    return pytest.mark.parametrize("name", marked)(check)


@each_function
@pytest.mark.parametrize("size", SIZES)
def test_values(student, reference, rng, name, size):
    """The result is right for small batches, also where each channel is a single neuron."""
    expect_right(student, reference, name, draw(rng, reference, size), HINTS[name])


@each_function
def test_images(student, reference, rng, name):
    """The result is right for images: 8 channels of 32 x 32 elements are 8192 columns."""
    expect_right(student, reference, name, draw(rng, reference, IMAGES), HINTS[name])


@each_function
def test_channels_are_apart(student, reference, rng, name):
    """What one channel holds changes nothing in the others."""
    expect_apart(student, name, draw(rng, reference, (4, 3, 5)))


def hardly_varied(rng, reference):
    """Draw four channels whose variance is far below, below, at and above eps."""
    rows, groups, n = 6, 4, 3
    batch = draw(rng, reference, (rows, groups, n))
    deviation = np.sqrt(np.array([1e-12, 1e-6, 1e-5, 1e-4]))[:, None]
    m = np.zeros((1, groups), np.float32)
    z = (batch.x - np.repeat(batch.m, n, axis=1)) / np.repeat(np.sqrt(batch.v), n, axis=1)
    x = (z.reshape(rows, groups, n) * deviation).reshape(batch.x.shape).astype(np.float32)
    v = np.float32(reference.variance(x, m, groups))
    dm = np.float32(reference.delta_mean(batch.d, v, groups))
    dv = np.float32(reference.delta_variance(batch.d, x, m, v, groups))
    return Batch(groups, x, batch.d, m, v, dm, dv)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.criterion(name))
        for name in ("normalize", "delta_mean", "delta_variance", "delta_batch_norm")
    ],
)
def test_eps(student, reference, rng, name):
    """Where a channel hardly varies, eps decides: 1e-5, added to the variance under the root."""
    batch = hardly_varied(rng, reference)
    hint = "eps = 0.00001f is added to the variance before the root is taken."
    expect_by_channel(student, reference, name, batch, hint)


@pytest.mark.criterion("variance")
def test_small_variance(student, reference, rng):
    """A channel that hardly varies has a variance near 0: nothing is added to it yet."""
    hint = "Return the variance alone; eps is added where it is used."
    expect_by_channel(student, reference, "variance", hardly_varied(rng, reference), hint)


def expect_by_channel(student, reference, name, batch, hint):
    """Judge every channel on its own scale: their sizes differ by orders of magnitude."""
    arguments = batch.arguments(name)
    actual = getattr(student, name)(*arguments)
    expected = getattr(reference, name)(*arguments)
    rows, columns = expected.shape
    size = np.abs(expected).reshape(rows, batch.groups, -1).max(axis=(0, 2))
    size = np.repeat(np.maximum(size, 1e-6 * size.max()), columns // batch.groups)
    if actual.shape == expected.shape:
        actual, expected = actual / size, expected / size
    expect_close(f"the result of {name}", actual, expected, tolerance=1e-4, hint=hint)


@pytest.mark.criterion("normalize")
def test_constant_channel(student, reference):
    """A channel without any variance becomes 0, and nothing is divided by 0."""
    x = np.repeat(np.float32([[2.0, -3.0]]), 4, axis=1).repeat(5, axis=0)
    m, v = np.float32([[2.0, -3.0]]), np.zeros((1, 2), np.float32)
    actual, expected = (side.normalize(x, m, v, 2) for side in (student, reference))
    expect_close("the result of normalize", actual, expected, tolerance=1e-6, scale=1.0)


@pytest.mark.criterion("variance")
def test_far_from_0(student, reference, rng):
    """A channel far from 0 keeps its variance: the mean is taken off before anything is squared."""
    x = (1000 + rng.standard_normal((6, 8))).astype(np.float32)
    m = np.float32(reference.mean(x, 2))
    expected = reference.variance(x, m, 2)
    hint = "The mean of the squares minus the square of the mean loses all its digits here."
    expect_close(
        "the result of variance", student.variance(x, m, 2), expected, tolerance=1e-4, hint=hint
    )
