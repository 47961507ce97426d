"""Careful with dtypes and memory: what comes in as float32 goes out as float32, with few copies.

I train on a laptop without much memory, so temporaries are allocated once and then reused with
out=, and constants get the dtype of x. Inputs are never written to. Cache: a small class.
"""
import numpy as np


class Saved(object):
    __slots__ = ("x_hat", "inv_std", "gamma", "shape")

    def __init__(self, **entries):
        for name, value in entries.items():
            setattr(self, name, value)


def affine_forward(x, w, b):
    out = np.matmul(x.reshape(x.shape[0], -1), w)
    np.add(out, b, out=out)
    return out, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    dx = np.matmul(dout, w.T).reshape(x.shape)
    dw = np.matmul(x.reshape(x.shape[0], -1).T, dout)
    return dx, dw, np.sum(dout, axis=0, dtype=dout.dtype)


def relu_forward(x):
    return np.maximum(x, x.dtype.type(0)), x > 0


def relu_backward(dout, positive):
    return np.multiply(dout, positive, dtype=dout.dtype)


def softmax_loss(x, y):
    p = np.subtract(x, x.max(axis=1, keepdims=True))
    np.exp(p, out=p)
    np.divide(p, p.sum(axis=1, keepdims=True), out=p)
    chosen = (np.arange(x.shape[0]), y)
    loss = -np.log(p[chosen]).mean()
    p[chosen] -= x.dtype.type(1)
    p /= x.dtype.type(x.shape[0])
    return loss, p


def _standardize(x, axis, eps):
    """Normalized copy of x, the mean, the variance, and 1/std, all in the dtype of x."""
    real = x.dtype.type
    count = real(x.shape[axis])
    mean = np.divide(np.sum(x, axis=axis, keepdims=True), count)
    x_hat = np.subtract(x, mean)
    square = np.multiply(x_hat, x_hat)
    var = np.divide(np.sum(square, axis=axis, keepdims=True), count)
    del square
    inv_std = np.reciprocal(np.sqrt(np.add(var, real(eps))))
    np.multiply(x_hat, inv_std, out=x_hat)
    return x_hat, mean, var, inv_std


def _standardize_backward(d, x_hat, axis, inv_std):
    """d is a temporary of the caller and becomes the result."""
    real = d.dtype.type
    n = real(d.shape[axis])
    work = np.multiply(d, x_hat)
    along = np.divide(np.sum(work, axis=axis, keepdims=True), n)
    offset = np.divide(np.sum(d, axis=axis, keepdims=True), n)
    np.multiply(x_hat, along, out=work)
    np.add(work, offset, out=work)
    np.subtract(d, work, out=d)
    np.multiply(d, inv_std, out=d)
    return d


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    if mode not in {"train", "test"}:
        raise ValueError(f"unknown batchnorm mode {mode!r}")
    real = x.dtype.type
    eps, momentum = bn_param.get("eps", 1e-5), real(bn_param.get("momentum", 0.9))
    D = x.shape[1]
    running_mean = bn_param.get("running_mean", np.zeros(D, x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, x.dtype))
    cache = None
    if mode == "train":
        x_hat, mean, var, inv_std = _standardize(x, 0, eps)
        rest = real(1) - momentum
        running_mean = momentum * running_mean + rest * mean[0]
        running_var = momentum * running_var + rest * var[0]
        cache = Saved(x_hat=x_hat, inv_std=inv_std, gamma=gamma)
        out = np.multiply(x_hat, gamma)
    else:
        out = np.subtract(x, running_mean)
        out *= gamma / np.sqrt(running_var + real(eps))
    bn_param["running_mean"], bn_param["running_var"] = running_mean, running_var
    np.add(out, beta, out=out)
    return out, cache


def batchnorm_backward(dout, cache):
    dgamma = np.sum(np.multiply(dout, cache.x_hat), axis=0)
    dbeta = np.sum(dout, axis=0)
    # staged: gamma, the product with 1/std, the variance, the mean
    dx_hat = np.multiply(dout, cache.gamma)
    x_mu = np.divide(cache.x_hat, cache.inv_std)
    dinv_std = np.sum(dx_hat * x_mu, axis=0)
    dvar = dinv_std * cache.inv_std ** 3 * dout.dtype.type(-0.5)
    dx_mu = np.multiply(dx_hat, cache.inv_std, out=dx_hat)
    x_mu *= dvar * dout.dtype.type(2.0 / len(dout))
    dx_mu += x_mu
    dx_mu -= np.mean(dx_mu, axis=0)
    return dx_mu, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    real = dout.dtype.type
    x_hat = cache.x_hat
    work = np.multiply(dout, x_hat)
    dgamma = np.sum(work, axis=0)
    dbeta = np.sum(dout, axis=0)
    np.multiply(x_hat, dgamma / real(len(dout)), out=work)
    np.add(work, dbeta / real(len(dout)), out=work)
    np.subtract(dout, work, out=work)
    np.multiply(work, cache.gamma * cache.inv_std, out=work)
    return work, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    x_hat, _, _, inv_std = _standardize(x, 1, ln_param.get("eps", 1e-5))
    out = np.multiply(x_hat, gamma)
    out += beta
    return out, Saved(x_hat=x_hat, inv_std=inv_std, gamma=gamma)


def layernorm_backward(dout, cache):
    dgamma = np.sum(np.multiply(dout, cache.x_hat), axis=0)
    dx = _standardize_backward(np.multiply(dout, cache.gamma), cache.x_hat, 1, cache.inv_std)
    return dx, dgamma, np.sum(dout, axis=0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    rows = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).reshape(-1, C)
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    return np.ascontiguousarray(out.reshape(N, H, W, C).transpose(0, 3, 1, 2)), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    rows = np.ascontiguousarray(dout.transpose(0, 2, 3, 1)).reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward_alt(rows, cache)
    return np.ascontiguousarray(dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    rows = x.reshape(x.shape[0] * G, -1)
    x_hat, _, _, inv_std = _standardize(rows, 1, gn_param.get("eps", 1e-5))
    out = np.multiply(x_hat.reshape(x.shape), gamma)
    out += beta
    return out, Saved(x_hat=x_hat, inv_std=inv_std, gamma=gamma)


def spatial_groupnorm_backward(dout, cache):
    x_hat = cache.x_hat
    over = (0, 2, 3)
    dgamma = np.sum(dout * x_hat.reshape(dout.shape), axis=over, keepdims=True)
    dbeta = np.sum(dout, axis=over, keepdims=True)
    d = np.multiply(dout, cache.gamma).reshape(x_hat.shape)
    return _standardize_backward(d, x_hat, 1, cache.inv_std).reshape(dout.shape), dgamma, dbeta
