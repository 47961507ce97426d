"""Log-softmax and its gradient: the solution, for instructors alone."""

import numpy as np


def log_softmax_forward(x):
    """Return the logarithm of the softmax of each row of x, and the probabilities as cache."""
    shifted = x - x.max(axis=1, keepdims=True)
    out = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return out, np.exp(out)


def log_softmax_backward(dout, cache):
    """Return dx: each row of dout, less its sum shared out by the probabilities."""
    return dout - cache * np.sum(dout, axis=1, keepdims=True)
