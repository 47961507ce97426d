"""Judge work against the student's own earlier work, where that is a normalisation at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from draws import TOLERANCE

from grader.numeric.compare import (
    Mismatch,
    expect,
    expect_close,
    expect_finite,
    expect_shape,
    scaled_error,
)

# Beside variances of this size eps cannot be seen; a step of 5e-4 is 1e-5 of it, where central
# differences of a normalisation are right to 3e-9 (measured; the tolerance is 1e-5).
SPREAD = 50.0
STEP = 1e-5
# What changes by less than this of its size is taken not to change.
SAME = 1e-3
PARTS = ("dx", "dgamma", "dbeta")


# So many entries along every axis that x normalised along any of them is still much like x; with
# four examples it may be all else.
WIDE, WIDE_IMAGES = (20, 16), (6, 4, 5, 4)


@dataclass(frozen=True)
class Layer:
    """A normalization layer: its functions, and what follows x, gamma and beta in a call.

    `wide` is the shape of x at which it is recognised, `parameter` that of gamma and beta where it
    is not the number of features.
    """

    forward: str
    backward: str
    tail: Callable[[], tuple[Any, ...]]
    wide: tuple[int, ...] = WIDE
    parameter: tuple[int, ...] = ()

    def arguments(self, values: list[np.ndarray]) -> tuple[Any, ...]:
        """Return the arguments of a forward pass in training."""
        return (*values, *self.tail())


BATCH_NORM = Layer("batchnorm_forward", "batchnorm_backward", lambda: ({"mode": "train"},))
LAYER_NORM = Layer("layernorm_forward", "layernorm_backward", lambda: ({},))
SPATIAL = Layer(
    "spatial_batchnorm_forward",
    "spatial_batchnorm_backward",
    lambda: ({"mode": "train"},),
    WIDE_IMAGES,
)


def group_norm(groups: int) -> Layer:
    """Return group norm with so many groups, of images with four channels."""
    return Layer(
        "spatial_groupnorm_forward",
        "spatial_groupnorm_backward",
        lambda: (groups, {}),
        WIDE_IMAGES,
        (1, 4, 1, 1),
    )


def draw_values(
    rng: np.random.Generator, layer: Layer, shape: tuple[int, ...]
) -> tuple[list[np.ndarray], np.ndarray]:
    """Draw x, gamma and beta, and an upstream gradient."""
    parameter = layer.parameter or (shape[1],)
    gamma = rng.uniform(0.5, 2.0, parameter) * rng.choice([-1.0, 1.0], parameter)
    x = SPREAD * rng.standard_normal(shape)
    return [x, gamma, rng.standard_normal(parameter)], rng.standard_normal(shape)


def expect_normalisation(student: Any, layer: Layer, rng: np.random.Generator) -> None:
    """Demand that the forward pass is recognisably a normalisation, over whichever axis.

    It looks like x, does not move when all of x moves, does not grow when x grows, and changes
    smoothly. Zeros, x itself, x with a factor, x without its mean, its sign, and noise are not like
    that; a variance that is summed, unbiased, or without eps leaves it so.
    """
    (x, gamma, _), _ = draw_values(rng, layer, layer.wide)
    plain = [np.ones_like(gamma), np.zeros_like(gamma)]
    nudge = SPREAD * STEP * rng.standard_normal(x.shape)
    inputs = (x, x + 3.0 * SPREAD, 10.0 * x, x + nudge)
    calls = [layer.arguments([each, *plain]) for each in inputs]
    outs = [out for out, _ in student.batch(layer.forward, calls)]
    for out in outs:
        expect_shape("out", out, x.shape)
        expect_finite("out", out)
    what = "the forward pass is not recognisably a normalisation, so nothing follows from it"
    out, moved, grown, nudged = (np.asarray(each, np.float64) for each in outs)
    # Judged by the spread, not by the size: a shift by a constant is no part of it.
    spread = float(np.ptp(out))
    expect(spread > 0, what, actual="a constant")
    likeness = abs(float(np.corrcoef(out.ravel(), x.ravel())[0, 1]))
    # Measured: 0.90 and more for normalisations over whichever axis.
    expect(likeness > 0.5, what, actual="a result that does not follow x")
    expect_invariance(out, moved, grown, what)
    expect(
        1e-3 * STEP < scaled_error(nudged, out, spread) < 1e3 * STEP,
        what,
        actual="a small change of x does not give a small change of the result",
    )


def expect_invariance(out: np.ndarray, moved: np.ndarray, grown: np.ndarray, what: str) -> None:
    """Demand of results for x, x + c and 10 x that they are what a normalisation gives."""
    spread = float(np.ptp(out))
    expect(
        scaled_error(moved, out, spread) <= SAME,
        what,
        actual="the result moves when a constant is added to all of x",
    )
    expect(
        float(np.ptp(grown)) <= (1.0 + SAME) * spread,
        what,
        actual="the result grows when x is multiplied by a constant",
    )


def expect_normalised(student: Any, layer: Layer, values: list[np.ndarray]) -> None:
    """Demand that the forward pass normalises these values, too, and not only where it is known."""
    x, *parameters = values
    inputs = (x, x + 3.0 * SPREAD, 10.0 * x, -x)
    calls = [layer.arguments([each, *parameters]) for each in inputs]
    outs = [np.asarray(out, np.float64) for out, _ in student.batch(layer.forward, calls)]
    for out in outs:
        expect_shape("out", out, x.shape)
        expect_finite("out", out)
    what = "the forward pass does not normalise everything that it is given"
    out, moved, grown, mirrored = outs
    expect_invariance(out, moved, grown, what)
    expect(scaled_error(mirrored, out) > SAME, what, actual="the result does not depend on x")


def numerical_gradient(
    student: Any, layer: Layer, values: list[np.ndarray], dout: np.ndarray, place: int
) -> np.ndarray:
    """Return the gradient of sum(out * dout) by central differences of the student's forward."""
    value = values[place]
    step = STEP * (SPREAD if place == 0 else 1.0)
    calls = []
    for i in range(value.size):
        for move in (step, -step):
            moved = list(values)
            moved[place] = value.copy()
            moved[place].flat[i] += move
            calls.append(layer.arguments(moved))
    losses = []
    for out, _ in student.batch(layer.forward, calls):
        expect_shape("out", out, dout.shape)
        expect_finite("out", out)
        losses.append(float(np.sum(np.asarray(out, np.float64) * dout)))
    up, down = np.asarray(losses).reshape(-1, 2).T
    gradient = ((up - down) / (2.0 * step)).reshape(value.shape)
    name = f"the gradient of your forward pass with respect to {('x', 'gamma', 'beta')[place]}"
    expect_finite(name, gradient)
    return gradient


def is_used(gradient: np.ndarray, place: int) -> bool:
    """Say whether a gradient is more than the rounding errors of central differences."""
    return bool(np.abs(gradient).max() * (SPREAD if place == 0 else 1.0) > SAME)


def expect_own_gradients(
    student: Any,
    layer: Layer,
    rng: np.random.Generator,
    shape: tuple[int, ...],
    places: tuple[int, ...] = (0, 1, 2),
) -> None:
    """Hold gradients against those of the student's own forward pass; the first must not be 0.

    Of several gradients, that of a parameter which the forward pass forgets is not judged: 0 is
    right for what the code does, and the usual formula for what it is meant to do.
    """
    expect_normalisation(student, layer, rng)
    values, dout = draw_values(rng, layer, shape)
    expect_normalised(student, layer, values)
    _, cache = getattr(student.later, layer.forward)(*layer.arguments(values))
    gradients = getattr(student, layer.backward)(dout, cache)
    for place in places:
        own = numerical_gradient(student, layer, values, dout, place)
        used = is_used(own, place)
        expect(used or place != places[0], f"{PARTS[place]} of your forward pass is 0 everywhere")
        ours = gradients[place]
        if ours.size == own.size and own.ndim == 4 and place > 0:
            ours = ours.reshape(own.shape)  # editions differ: (C,) or (1, C, 1, 1)
        expect_shape(PARTS[place], ours, own.shape)
        expect_finite(PARTS[place], ours)
        if used:
            hint = "Compared with the numerical gradient of your own forward pass."
            expect_same(PARTS[place], ours, own, hint)


def expect_working_backward(
    student: Any, reference: Any, layer: Layer, rng: np.random.Generator
) -> None:
    """Demand a backward pass from which something can follow.

    Its gradients are not 0 and depend on dout; its dx depends on x and looks like a gradient of a
    normalisation, feature by feature and whatever its factor.
    """
    values, dout = draw_values(rng, layer, WIDE)
    others = [draw_values(rng, layer, WIDE), (values, rng.standard_normal(WIDE))]
    first, *other = [_gradients(student, layer, *each) for each in ((values, dout), *others)]
    for part, ours, elsewhere in zip(PARTS, first, other[1], strict=True):
        expect(bool(np.abs(ours).max() > 0), f"{part} of your {layer.backward} is 0 everywhere")
        expect_shape(part, elsewhere, ours.shape)
        expect(scaled_error(elsewhere, ours) > SAME, f"{part} does not depend on dout")
    # The same dout with another x.
    moved = _gradients(student, layer, others[0][0], dout)
    expect(scaled_error(moved[0], first[0]) > SAME, "dx does not depend on x")
    _, cache = getattr(reference, layer.forward)(*layer.arguments(values))
    expected = getattr(reference, layer.backward)(dout, cache)[0]
    # Measured: 0.76 and more for honest mistakes, rows in place of columns among them, and up to
    # 0.51 for dout * x.
    with np.errstate(all="ignore"):
        sizes = np.linalg.norm(first[0], axis=0) * np.linalg.norm(expected, axis=0)
        likeness = np.abs(np.sum(first[0] * expected, axis=0)) / sizes
    expect(
        bool(np.median(likeness) > 0.6),
        f"dx of your {layer.backward} is not recognisably a gradient, so nothing follows from it",
    )


def _gradients(
    student: Any, layer: Layer, values: list[np.ndarray], dout: np.ndarray
) -> list[np.ndarray]:
    _, cache = getattr(student.later, layer.forward)(*layer.arguments(values))
    gradients = getattr(student, layer.backward)(dout, cache)
    expect_shape("dx", gradients[0], dout.shape)
    for part, each in zip(PARTS, gradients, strict=True):
        expect(each.size > 0, f"{part} is empty")
        expect_finite(part, each)
    return [np.asarray(each, np.float64) for each in gradients]


def expect_same(name: str, ours: np.ndarray, own: np.ndarray, hint: str, **more: Any) -> None:
    """Hold a result against what follows from the student's own work, which must be finite."""
    expect_finite(f"{name}, as it follows from your own work", own)
    expect_close(name, ours, own, hint=hint, **{"tolerance": TOLERANCE, **more})


def attempts(checks: list[Callable[[], None]]) -> None:
    """Return when one of the checks finds nothing wrong; else raise what the first one found."""
    found = []
    for check in checks:
        try:
            return check()
        except Mismatch as error:
            found.append(error)
    raise found[0]
