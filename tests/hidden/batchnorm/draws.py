"""Inputs and judgements that the checks of this suite share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.numeric.compare import Difference, Mismatch, expect_bands, scaled_error

# Values, for data beside which eps vanishes: a correct result is at 1e-12, one computed in float32
# (which has a criterion of its own) at 1e-6, and a mistake at 1e-2.
TOLERANCE = 1e-5
# Gradients, likewise: largest scaled error -> share of the points.
BANDS = [(TOLERANCE, 1.0), (1e-3, 0.4)]
# What eps decides in a backward pass that is otherwise right: a quarter of the points.
EPS_BANDS = [(1e-4, 1.0), (np.inf, 0.75)]

# Sizes at which the known mistakes differ: N is small enough to tell N from N - 1, N and D are
# unequal once and equal once.
SIZES = [(4, 5), (9, 3), (6, 6)]


@dataclass
class Batch:
    """A batch x (N, D) with gamma, beta (D,) and an upstream gradient dout (N, D), all float64."""

    x: np.ndarray
    gamma: np.ndarray
    beta: np.ndarray
    dout: np.ndarray


def draw_batch(rng: np.random.Generator, n: int, d: int, spread: float = 5.0) -> Batch:
    """Draw features of different means and standard deviations around `spread`.

    The deviations are those of the sample itself, and gamma has both signs and stays away from 0:
    how large the effect of a mistake is does not depend on luck.
    """
    deviations = spread * rng.uniform(0.5, 2.0, d)
    shape = rng.standard_normal((n, d))
    if n > 1:
        shape = (shape - shape.mean(axis=0)) / shape.std(axis=0)
    x = deviations * shape + 2.5 * spread * rng.standard_normal(d)
    gamma = rng.uniform(0.5, 2.0, d) * rng.choice([-1.0, 1.0], d)
    return Batch(x, gamma, rng.standard_normal(d), rng.standard_normal((n, d)))


# Beside variances of this size eps cannot be seen: what it does is judged by checks of its own.
HUGE = 5e4


def running(bn_param: dict[str, Any], key: str, d: int) -> np.ndarray:
    """Return a running statistic that the student left in bn_param, as (D,)."""
    value = bn_param.get(key)
    if isinstance(value, (list, tuple)):
        try:
            value = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            value = None
    if not isinstance(value, np.ndarray) or value.size != d:
        found = "nothing" if value is None else f"shape {getattr(value, 'shape', '?')}"
        raise Mismatch(
            Difference(
                what=f"bn_param has no usable {key!r} after a training batch",
                expected=f"an array of shape ({d},)",
                actual=found,
                hint="Store one number for each feature: statistics run over axis 0, the examples.",
            )
        )
    return value.reshape(d)


def expect_gradients(
    actual: tuple[np.ndarray, ...], expected: tuple[np.ndarray, ...], names: str = "dx dgamma dbeta"
) -> None:
    """Judge gradients by bands; the first one that is off decides, the worst first."""
    partial = None
    for name, ours, reference in zip(names.split(), actual, expected, strict=True):
        try:
            expect_bands(name, ours, reference, BANDS)
        except Mismatch as error:
            if getattr(error, "fraction", 0.0) == 0.0:
                raise
            if partial is None or error.fraction < partial.fraction:
                partial = error
    if partial is not None:
        raise partial


def expect_eps_in_dx(student: Any, reference: Any, norm: str, name: str, batch: Batch) -> None:
    """Judge dx where eps counts, for a forward pass that is right there."""
    arguments = (batch.x, batch.gamma, batch.beta)
    gradients, outs = [], []
    for side in (student, reference):
        out, cache = getattr(side, f"{norm}_forward")(*arguments, {"mode": "train"})
        outs.append(out)
        gradients.append(getattr(side, name)(batch.dout, cache)[0])
    if outs[0].shape != outs[1].shape or not scaled_error(*outs) <= TOLERANCE:
        return  # what is wrong in the forward pass is judged there
    hint = "The backward pass needs the eps of the forward pass: cache it, or sqrt(var + eps)."
    expect_bands("dx of features that hardly vary", *gradients, EPS_BANDS, hint=hint)


def expect_zero(what: str, value: np.ndarray, scale: float, hint: str) -> None:
    """Judge by bands that `value` is 0 compared with `scale`."""
    expect_bands(what, value, np.zeros_like(value), BANDS, scale=scale, hint=hint)


__all__ = [
    "BANDS",
    "EPS_BANDS",
    "HUGE",
    "SIZES",
    "TOLERANCE",
    "Batch",
    "draw_batch",
    "expect_eps_in_dx",
    "expect_gradients",
    "expect_zero",
    "running",
]
