"""Drive a hand-in's FullyConnectedNet: build it, read and set its parameters, train it.

Runs beside the hand-in. It holds no check and no expected value.
"""

import inspect
import itertools
from collections.abc import Sequence
from typing import Any

import classifiers.fc_net as course  # type: ignore[import-not-found]  # the hand-in's
import numpy as np


def build(hidden_dims: Sequence[int], options: dict[str, Any]) -> Any:
    """Return a network of float64.

    `options` are keywords of the constructor. An edition that knows only the flag `use_batchnorm`
    gets that one for `normalization`.
    """
    network = getattr(course, "FullyConnectedNet", None)
    if network is None:
        raise NotImplementedError("FullyConnectedNet is not defined")
    options = {**options, "dtype": np.float64}
    normalization = options.pop("normalization", None)
    takes = inspect.signature(network).parameters
    if "normalization" in takes or "use_batchnorm" not in takes:
        options["normalization"] = normalization
    elif normalization == "layernorm":
        raise NotImplementedError("this network knows batch norm only")
    else:
        options["use_batchnorm"] = normalization == "batchnorm"
    return network(list(hidden_dims), **options)


def parameters(net: Any) -> dict[str, Any]:
    """Return the parameters by name."""
    return dict(net.params)


def set_parameters(net: Any, values: dict[str, Any]) -> int:
    """Set parameters by name, each in place in the network's dict, as a solver does."""
    for name, value in values.items():
        net.params[name] = np.array(value)
    return len(values)


def loss_and_gradients(net: Any, x: Any, y: Any) -> Any:
    """Return what a training step needs: the loss and a dict of gradients."""
    return net.loss(x, y)


def scores(net: Any, x: Any) -> Any:
    """Return the scores of a test."""
    return net.loss(x)


def descend(net: Any, batches: Sequence[tuple[Any, Any]], rate: float, epochs: int = 1) -> Any:
    """Train by plain gradient descent on `[(x, y), …]`; return the loss before each step.

    The batches come in their order, as often as there are `epochs`.
    """
    losses = []
    for x, y in itertools.chain.from_iterable([batches] * epochs):
        loss, gradients = net.loss(x, y)
        losses.append(float(loss))
        for name in net.params:
            net.params[name] = net.params[name] - rate * gradients[name]
    return np.array(losses)


def initial_losses(regs: Sequence[float]) -> Any:
    """Return the first losses of the course's small network, one for each strength in `regs`.

    Examples and weights are drawn from the course's seed; the networks one after the other.
    """
    np.random.seed(231)  # noqa: NPY002 - the course's own numbers
    x = np.random.randn(2, 15)  # noqa: NPY002
    y = np.random.randint(10, size=(2,))  # noqa: NPY002
    options = {"input_dim": 15, "num_classes": 10, "weight_scale": 5e-2}
    losses = []
    for reg in regs:
        net = build([20, 30], {**options, "normalization": "batchnorm", "reg": reg})
        losses.append(float(net.loss(x, y)[0]))
    return np.array(losses)
