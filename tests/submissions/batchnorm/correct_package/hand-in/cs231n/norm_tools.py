from builtins import range
from past.builtins import xrange

import numpy as np


def moments(x, axes):
    """mean and (biased) variance over axes, both with the axes kept as 1"""
    mean = np.mean(x, axis=axes, keepdims=True)
    var = np.mean(np.square(x - mean), axis=axes, keepdims=True)
    return mean, var


def normalized_backward(dxhat, xhat, istd, axes):
    """gradient of xhat = (x - mean) / sqrt(var + eps), statistics over axes"""
    m = 1
    for a in axes:
        m *= xhat.shape[a]
    s1 = np.sum(dxhat, axis=axes, keepdims=True)
    s2 = np.sum(dxhat * xhat, axis=axes, keepdims=True)
    return istd / m * (m * dxhat - s1 - xhat * s2)


def chunks(total, parts):
    """slices that cut range(total) into equal parts"""
    step = total // parts
    return [slice(i * step, (i + 1) * step) for i in xrange(parts)]


def count(shape, axes):
    n = 1
    for i in range(len(shape)):
        if i in axes:
            n = n * shape[i]
    return n
