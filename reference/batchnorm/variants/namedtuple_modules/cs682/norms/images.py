import numpy as np

from .batch import batchnorm_backward_alt, batchnorm_forward
from .core import normalized
from .statistics import moments


def _rows(images):
    return np.rollaxis(images, 1, 4).reshape(-1, images.shape[1])


def _images(rows, shape):
    n, c, h, w = shape
    return np.rollaxis(rows.reshape(n, h, w, c), 3, 1)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    out, cache = batchnorm_forward(_rows(x), gamma, beta, bn_param)
    return _images(out, x.shape), cache


def spatial_batchnorm_backward(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward_alt(_rows(dout), cache)
    return _images(dx, dout.shape), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    rows = x.reshape(x.shape[0] * G, -1)
    hat = normalized(rows, moments(rows, axis=1), gn_param.get("eps", 1e-5), axis=1)
    return hat.values.reshape(x.shape) * gamma + beta, (hat, gamma)


def spatial_groupnorm_backward(dout, cache):
    hat, gamma = cache
    dx = hat.gradient((dout * gamma).reshape(hat.values.shape), axis=1).reshape(dout.shape)
    positions = (0, 2, 3)
    dgamma = (dout * hat.values.reshape(dout.shape)).sum(axis=positions, keepdims=True)
    return dx, dgamma, dout.sum(axis=positions, keepdims=True)
