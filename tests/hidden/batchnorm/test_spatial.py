"""Spatial batch norm and group norm: the bonus."""

import numpy as np
import pytest
from draws import TOLERANCE, expect_gradients, running

from grader.numeric.compare import expect_close

CHANNEL_HINT = "A channel's statistics run over examples, rows and columns alike."
GROUP_HINT = "A group is C / G neighbouring channels of one example."
# Every axis has a length of its own, so that none can be taken for another.
SHAPE = (3, 6, 4, 5)


def draw_images(rng):
    c = SHAPE[1]
    deviation = 4e4 * rng.uniform(0.5, 2.0, (1, c, 1, 1))
    x = deviation * rng.standard_normal(SHAPE) + 1e5 * rng.standard_normal((1, c, 1, 1))
    gamma = rng.uniform(0.5, 2.0, c) * rng.choice([-1.0, 1.0], c)
    return x, gamma, rng.standard_normal(c), rng.standard_normal(SHAPE)


@pytest.mark.criterion("sbn_forward")
def test_spatial_training(student, reference, rng):
    """In training each channel is normalised over the batch and all positions."""
    x, gamma, beta, _ = draw_images(rng)
    mine, theirs = ({"mode": "train", "momentum": 0.7} for _ in range(2))
    for _ in range(2):  # the second time on averages that are there already
        out, _ = student.spatial_batchnorm_forward(x, gamma, beta, mine)
        expected, _ = reference.spatial_batchnorm_forward(x, gamma, beta, theirs)
    expect_close("out", out, expected, tolerance=TOLERANCE, hint=CHANNEL_HINT)
    for key in ("running_mean", "running_var"):
        value = running(mine, key, SHAPE[1])
        expect_close(key, value, theirs[key], tolerance=TOLERANCE)


@pytest.mark.criterion("sbn_forward")
def test_spatial_testing(student, reference, rng):
    """In testing each channel is normalised by its running statistics."""
    x, gamma, beta, _ = draw_images(rng)
    c = SHAPE[1]
    param = {
        "mode": "test",
        "running_mean": 1e5 * rng.standard_normal(c),
        "running_var": 1e9 * rng.uniform(1, 9, c),
    }
    expected, _ = reference.spatial_batchnorm_forward(x, gamma, beta, dict(param))
    left = dict(param)
    out, _ = student.spatial_batchnorm_forward(x, gamma, beta, left)
    expect_close("running_var", running(left, "running_var", c), param["running_var"])
    expect_close("out", out, expected, tolerance=TOLERANCE, hint=CHANNEL_HINT)


@pytest.mark.criterion("sbn_backward")
def test_spatial_backward(student, reference, rng):
    """dx, dgamma and dbeta are the gradients of the loss."""
    x, gamma, beta, dout = draw_images(rng)
    gradients = []
    for side in (student, reference):
        _, cache = side.later.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"})
        gradients.append(side.spatial_batchnorm_backward(dout, cache))
    expect_gradients(*gradients)


def as_parameter(gradient):
    """Editions of the course differ in the shape of gamma, (C,) or (1, C, 1, 1); both will do."""
    c = SHAPE[1]
    return gradient.reshape(1, c, 1, 1) if gradient.shape == (c,) else gradient


@pytest.mark.criterion("gn_forward")
@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_group_forward(student, reference, rng, groups):
    """Each group of channels of an example is normalised by itself."""
    x, gamma, beta, _ = draw_images(rng)
    gamma, beta = gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1)
    out, _ = student.spatial_groupnorm_forward(x, gamma, beta, groups, {})
    expected, _ = reference.spatial_groupnorm_forward(x, gamma, beta, groups, {})
    expect_close("out", out, expected, tolerance=TOLERANCE, hint=GROUP_HINT)


@pytest.mark.criterion("gn_forward")
@pytest.mark.parametrize("param", [{}, {"eps": 1e-3}], ids=["default", "given"])
def test_group_eps(student, reference, rng, param):
    """eps, 1e-5 or the one in gn_param, decides the result where a group hardly varies."""
    x, gamma, beta, _ = draw_images(rng)
    x, gamma, beta = 1e-8 * x, gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1)
    out, _ = student.spatial_groupnorm_forward(x, gamma, beta, 3, dict(param))
    expected, _ = reference.spatial_groupnorm_forward(x, gamma, beta, 3, dict(param))
    hint = "eps belongs to the variance, and gn_param may name it."
    expect_close("out", out, expected, tolerance=TOLERANCE, hint=hint)


@pytest.mark.criterion("gn_backward")
@pytest.mark.parametrize("groups", [2, 3])
def test_group_backward(student, reference, rng, groups):
    """dx, dgamma and dbeta are the gradients of the loss."""
    x, gamma, beta, dout = draw_images(rng)
    gamma, beta = gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1)
    gradients = []
    for side in (student, reference):
        _, cache = side.later.spatial_groupnorm_forward(x, gamma, beta, groups, {})
        dx, dgamma, dbeta = side.spatial_groupnorm_backward(dout, cache)
        gradients.append((dx, as_parameter(dgamma), as_parameter(dbeta)))
    assert np.shape(gradients[1][1]) == (1, SHAPE[1], 1, 1)
    expect_gradients(*gradients)
