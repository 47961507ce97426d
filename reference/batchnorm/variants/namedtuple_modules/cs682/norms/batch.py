from typing import NamedTuple

import numpy as np

from .core import Normalized, normalized
from .statistics import moments, remember, remembered


class BatchNormCache(NamedTuple):
    hat: Normalized
    gamma: np.ndarray
    centered: np.ndarray


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    old = remembered(bn_param, like=x)
    match bn_param.get("mode"):
        case "train":
            batch = moments(x, axis=0)
            remember(bn_param, batch, old)
            hat = normalized(x, batch, eps, axis=0)
            cache = BatchNormCache(hat, gamma, x - batch.mean)
        case "test":
            hat, cache = normalized(x, old, eps, axis=0), None
        case other:
            raise ValueError(f"unknown mode: {other}")
    return hat.values * gamma + beta, cache


def batchnorm_backward(dout, cache: BatchNormCache):
    hat, gamma, centered = cache
    n = len(dout)
    dgamma, dbeta = (dout * hat.values).sum(axis=0), dout.sum(axis=0)
    dhat = dout * gamma
    dinverse_std = (dhat * centered).sum(axis=0)
    dvar = -0.5 * dinverse_std * hat.inverse_std ** 3
    dmean = -(dhat * hat.inverse_std).sum(axis=0) - 2.0 / n * dvar * centered.sum(axis=0)
    dx = dhat * hat.inverse_std + dvar * 2.0 * centered / n + dmean / n
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache: BatchNormCache):
    hat, gamma, _ = cache
    n = len(dout)
    dgamma, dbeta = np.einsum("ij,ij->j", dout, hat.values), dout.sum(axis=0)
    dx = hat.values * dgamma
    dx += dbeta
    np.subtract(dout, dx / n, out=dx)
    dx *= gamma * hat.inverse_std
    return dx, dgamma, dbeta
