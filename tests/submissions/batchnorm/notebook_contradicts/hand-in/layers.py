import numpy as np


def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(0)


def relu_forward(x):
    return np.maximum(x, 0), x > 0


def relu_backward(dout, cache):
    return dout * cache


def softmax_loss(x, y):
    n = np.arange(len(x))
    logp = x - x.max(1, keepdims=True)
    logp = logp - np.log(np.exp(logp).sum(1, keepdims=True))
    d = np.exp(logp)
    d[n, y] -= 1
    return -logp[n, y].mean(), d / len(x)


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps = bn_param["mode"], bn_param.get("eps", 1e-5)
    zeros = np.zeros(x.shape[1], x.dtype)
    mean, var = bn_param.get("running_mean", zeros), bn_param.get("running_var", zeros)
    if mode == "test":
        return gamma * (x - mean) / np.sqrt(var + eps) + beta, None
    if mode != "train":
        raise ValueError(f"unknown mode {mode!r}")
    keep = bn_param.get("momentum", 0.9)
    mu, sigma2 = x.mean(0), x.var(0)
    bn_param["running_mean"] = keep * mean + (1 - keep) * mu
    bn_param["running_var"] = keep * var + (1 - keep) * sigma2
    sigma = np.sqrt(sigma2 + eps)
    xhat = (x - mu) / sigma
    return gamma * xhat + beta, (xhat, sigma, gamma)


def batchnorm_backward(dout, cache):
    xhat, sigma, gamma = cache
    n = len(dout)
    dxhat = gamma * dout
    through_var = (dxhat * xhat).sum(0)
    # tidied up on the last evening
    dx = (dxhat - xhat * through_var / n) / sigma
    return dx, (dout * xhat).sum(0), dout.sum(0)


def batchnorm_backward_alt(dout, cache):
    xhat, sigma, gamma = cache
    n = len(dout)
    dgamma, dbeta = (dout * xhat).sum(0), dout.sum(0)
    return gamma / (n * sigma) * (n * dout - dbeta - dgamma * xhat), dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    centred = x - x.mean(1, keepdims=True)
    sigma = np.sqrt((centred ** 2).mean(1, keepdims=True) + ln_param.get("eps", 1e-5))
    return gamma * centred / sigma + beta, (centred / sigma, sigma, gamma)


def layernorm_backward(dout, cache):
    xhat, sigma, gamma = cache
    d = gamma * dout
    dx = d - d.mean(1, keepdims=True) - xhat * (d * xhat).mean(1, keepdims=True)
    return dx / sigma, (dout * xhat).sum(0), dout.sum(0)
