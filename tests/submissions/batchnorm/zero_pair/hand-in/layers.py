import numpy as np


def affine_forward(x, w, b):
    """out = x w + b, where each example of x is flattened to one row."""
    rows = x.reshape(x.shape[0], -1)
    out = rows @ w + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    rows = x.reshape(x.shape[0], -1)
    dx = (dout @ w.T).reshape(x.shape)
    dw = rows.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def softmax_loss(x, y):
    """Mean cross entropy of the scores x (N, C) for the labels y (N,)."""
    n = x.shape[0]
    shifted = x - x.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_probs[np.arange(n), y].mean()
    dx = np.exp(log_probs)
    dx[np.arange(n), y] -= 1
    return loss, dx / n


def _statistics(x, bn_param):
    mode = bn_param["mode"]
    if mode not in ("train", "test"):
        raise ValueError("unknown mode " + mode)
    D = x.shape[1]
    bn_param["running_mean"] = bn_param.get("running_mean", np.zeros(D))
    bn_param["running_var"] = bn_param.get("running_var", np.zeros(D))


def batchnorm_forward(x, gamma, beta, bn_param):
    _statistics(x, bn_param)
    return np.zeros_like(x), (x, gamma)


def batchnorm_backward(dout, cache):
    x, gamma = cache
    return np.zeros_like(dout), np.zeros_like(gamma), np.zeros_like(gamma)


def batchnorm_backward_alt(dout, cache):
    return batchnorm_backward(dout, cache)


def layernorm_forward(x, gamma, beta, ln_param):
    return np.zeros_like(x), (x, gamma)


def layernorm_backward(dout, cache):
    return batchnorm_backward(dout, cache)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    _statistics(x, bn_param)
    return np.zeros_like(x), (x, gamma)


def spatial_batchnorm_backward(dout, cache):
    x, gamma = cache
    return np.zeros_like(dout), np.zeros_like(gamma), np.zeros_like(gamma)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    return np.zeros_like(x), (x, gamma)


def spatial_groupnorm_backward(dout, cache):
    x, gamma = cache
    return np.zeros_like(dout), np.zeros_like(gamma), np.zeros_like(gamma)
