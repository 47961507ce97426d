"""Correct: the whole Jacobian of each row, multiplied out."""

import numpy as np


def log_softmax_forward(x):
    z = x - np.amax(x, 1)[:, np.newaxis]
    e = np.exp(z)
    s = e.sum(1)[:, np.newaxis]
    return z - np.log(s), (e, s)


def log_softmax_backward(dout, cache):
    e, s = cache
    p = e / s
    n, d = dout.shape
    jacobian = np.tile(np.eye(d), (n, 1, 1)) - p[:, np.newaxis, :]
    return np.einsum("ni,nij->nj", dout, jacobian)
