"""Layers for the batch normalization assignment.

Every forward function returns (out, cache); every backward function takes the
upstream gradient and that cache and returns the gradients in the order of the
forward arguments.
"""

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


def batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalization of x (N, D), feature by feature.

    In train mode the statistics of this batch are used and the running
    averages in bn_param are moved a little towards them. In test mode only the
    running averages are used, and they stay as they are.
    """
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)

    D = x.shape[1]
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))

    if mode == "train":
        # The node names are those of my computation graph, left to right.
        mu = x.mean(axis=0)
        xmu = x - mu
        sq = xmu ** 2
        var = sq.mean(axis=0)              # biased: divides by N
        std = np.sqrt(var + eps)
        istd = 1.0 / std
        xhat = xmu * istd
        out = xhat + beta
        cache = (xhat, xmu, istd, std, gamma)

        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
    elif mode == "test":
        istd = 1.0 / np.sqrt(running_var + eps)
        xhat = (x - running_mean) * istd
        out = xhat + beta
        cache = (xhat, None, istd, None, gamma)
    else:
        raise ValueError('bn_param["mode"] must be "train" or "test", not %r' % mode)

    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    """Walk the graph of batchnorm_forward backwards, one node at a time."""
    xhat, xmu, istd, std, gamma = cache
    N = dout.shape[0]

    # out = gamma * xhat + beta
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    dxhat = dout

    # xhat = xmu * istd
    dxmu = dxhat * istd
    distd = (dxhat * xmu).sum(axis=0)

    # istd = 1 / std
    dstd = -distd / std ** 2

    # std = sqrt(var + eps)
    dvar = dstd / (2.0 * std)

    # var = mean(sq), sq = xmu ** 2
    dsq = np.ones_like(dout) * dvar / N
    dxmu = dxmu + 2.0 * xmu * dsq

    # xmu = x - mu: two branches meet again here
    dmu = -dxmu.sum(axis=0)

    # mu = mean(x)
    dx = dxmu + np.ones_like(dout) * dmu / N

    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    """The same gradients from the formula derived on paper.

    dx = gamma / (N std) * (N dout - dbeta - xhat * dgamma)
    """
    xhat, _, istd, _, gamma = cache
    N = dout.shape[0]

    dbeta = dout.sum(axis=0)
    dgamma = np.einsum("nd,nd->d", dout, xhat)

    # Built up in place, so that only one big array is allocated.
    dx = xhat * (-dgamma / N)
    dx += dout
    dx -= dbeta / N
    dx *= istd
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    """Normalize each example over its own features. Train and test are the same."""
    eps = ln_param.get("eps", 1e-5)
    mu = x.mean(axis=1, keepdims=True)
    xmu = x - mu
    var = (xmu ** 2).mean(axis=1, keepdims=True)
    istd = 1.0 / np.sqrt(var + eps)
    xhat = xmu * istd
    return gamma * xhat + beta, (xhat, istd, gamma)


def layernorm_backward(dout, cache):
    xhat, istd, gamma = cache
    # gamma and beta are shared by all examples, hence the sums over axis 0 ...
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    # ... but the statistics belong to one example, hence the means over axis 1.
    dxhat = dout * gamma
    dx = istd * (
        dxhat
        - dxhat.mean(axis=1, keepdims=True)
        - xhat * (dxhat * xhat).mean(axis=1, keepdims=True)
    )
    return dx, dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Every pixel of every image counts as one more example of its channel."""
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    rows = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward_alt(rows, cache)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Normalize each of the G groups of C // G channels of each image by itself."""
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    groups = x.reshape(N, G, C // G, H, W)
    mu = groups.mean(axis=(2, 3, 4), keepdims=True)
    var = groups.var(axis=(2, 3, 4), keepdims=True)
    istd = 1.0 / np.sqrt(var + eps)
    xhat = ((groups - mu) * istd).reshape(N, C, H, W)
    return gamma * xhat + beta, (xhat, istd, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    xhat, istd, gamma, G = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
    dgamma = (dout * xhat).sum(axis=(0, 2, 3), keepdims=True)

    shape = (N, G, C // G, H, W)
    dxhat = (dout * gamma).reshape(shape)
    xhat = xhat.reshape(shape)
    over = {"axis": (2, 3, 4), "keepdims": True}
    dx = istd * (dxhat - dxhat.mean(**over) - xhat * (dxhat * xhat).mean(**over))
    return dx.reshape(N, C, H, W), dgamma, dbeta
