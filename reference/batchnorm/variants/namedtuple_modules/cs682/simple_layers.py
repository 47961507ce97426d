"""The layers that were given."""
from typing import NamedTuple

import numpy as np


class AffineCache(NamedTuple):
    x: np.ndarray
    w: np.ndarray


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, AffineCache(x, w)


def affine_backward(dout, cache: AffineCache):
    dx = (dout @ cache.w.T).reshape(cache.x.shape)
    return dx, cache.x.reshape(len(dout), -1).T @ dout, dout.sum(axis=0)


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def softmax_loss(x, y):
    rows = np.arange(len(x))
    shifted = x - np.amax(x, axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dx = np.exp(log_probabilities)
    dx[rows, y] -= 1.0
    return float(-log_probabilities[rows, y].mean()), dx / len(x)
