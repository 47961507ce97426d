"""Correct: NumPy's own reduction, and a cache that is a dict."""

import numpy as np


def log_softmax_forward(logits):
    total = np.logaddexp.reduce(logits, axis=1)
    log_p = logits - total[:, None]
    return log_p, {"log_p": log_p.copy()}


def log_softmax_backward(upstream, cache):
    p = np.exp(cache["log_p"])
    return upstream - (p.T * upstream.sum(1)).T
