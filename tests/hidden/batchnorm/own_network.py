"""The network made of the student's own layers: what theirs must compute, mistakes included."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from own_work import (
    BATCH_NORM,
    LAYER_NORM,
    Layer,
    attempts,
    expect_normalisation,
    expect_normalised,
    expect_same,
    expect_working_backward,
)
from test_network import HIDDEN, build, draw_examples, each_gradient, expect_parameters

from grader.numeric.compare import expect, expect_finite, expect_shape

HINT = "Compared with a network of your own layers."
# The backward passes of batch norm are two, and a network may use either.
LAYERS = {
    "batchnorm": [
        BATCH_NORM,
        dataclasses.replace(BATCH_NORM, backward="batchnorm_backward_alt"),
    ],
    "layernorm": [LAYER_NORM],
}


def expect_own_network(
    student: Any, reference: Any, rng: np.random.Generator, normalization: str, reg: float
) -> None:
    """Hold loss and gradients against those of a network of the student's layers."""
    layers = LAYERS[normalization]
    expect_normalisation(student, layers[0], rng)
    nets = [build(side, HIDDEN[1], normalization, reg=reg) for side in (student, reference)]
    params = student.parameters(nets[0])
    expect_parameters(params, reference.parameters(nets[1]))
    for name, value in params.items():
        if name.startswith(("gamma", "beta")):
            params[name] = value + rng.uniform(0.2, 1.0, value.shape)
    student.set_parameters(nets[0], params)
    x, y = draw_examples(rng)
    loss, gradients = student.loss_and_gradients(nets[0], x, y)

    def judge(layer: Layer) -> None:
        expect_working_backward(student, reference, layer, rng)
        own_loss, own = own_network(student, layer, params, x, y, reg)
        expect_same("the loss", loss, np.asarray(own_loss), HINT, tolerance=1e-6)
        for name, value, scale in each_gradient(gradients, own):
            expect_same(f"the gradient of {name}", gradients[name], value, HINT, scale=scale)

    attempts([lambda layer=layer: judge(layer) for layer in layers])


def own_network(  # noqa: PLR0913, PLR0917 - what a training step is made from
    student: Any,
    layer: Layer,
    params: dict[str, np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    reg: float,
) -> tuple[float, dict[str, np.ndarray]]:
    """Return loss and gradients: affine layers and ReLU of ours, normalization of theirs."""
    last = sum(name.startswith("W") for name in params)
    inputs, caches, outs = [x], [], []
    for i in range(1, last):
        a = inputs[-1] @ params[f"W{i}"] + params[f"b{i}"]
        values = [a, params[f"gamma{i}"], params[f"beta{i}"]]
        out, cache = getattr(student, layer.forward)(*layer.arguments(values))
        _expect_array("out", out, a.shape)
        expect_normalised(student, layer, values)
        caches.append(cache)
        outs.append(out)
        inputs.append(np.maximum(out, 0.0))
    scores = inputs[-1] @ params[f"W{last}"] + params[f"b{last}"]
    loss, gradient = _softmax_loss(scores, y)
    grads: dict[str, np.ndarray] = {}
    for i in range(last, 0, -1):
        if i < last:
            dout = np.where(outs[i - 1] > 0, gradient, 0.0)
            gradient, grads[f"gamma{i}"], grads[f"beta{i}"] = getattr(student, layer.backward)(
                dout, caches[i - 1]
            )
            _expect_array("dx", gradient, dout.shape)
        weights = params[f"W{i}"]
        loss += 0.5 * reg * float(np.sum(weights**2))
        grads[f"W{i}"] = inputs[i - 1].T @ gradient + reg * weights
        grads[f"b{i}"] = gradient.sum(axis=0)
        gradient = gradient @ weights.T
    for name, value in grads.items():
        what = f"the gradient of {name} in a network of your own layers"
        expect_finite(what, value)
        expect(value.size > 0, f"{what} is empty")
    return loss, grads


def _expect_array(name: str, value: np.ndarray, shape: tuple[int, ...]) -> None:
    expect_shape(name, value, shape)
    expect_finite(name, value)


def _softmax_loss(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    rows = np.arange(len(y))
    shifted = scores - scores.max(axis=1, keepdims=True)
    shares = np.exp(shifted)
    shares /= shares.sum(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]
    shares[rows, y] -= 1.0
    return float(losses.mean()), shares / len(y)
