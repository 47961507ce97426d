"""Means and variances by Welford's streaming update, one example after the other.

I wanted to see whether one pass over the data is enough without the rounding problems of
E[x^2] - E[x]^2, and it is. A small accumulator class does it for rows, columns, channels, groups.
The cache is an instance with attributes, and the fast backward works on x - mean and 1 / variance.
"""
import numpy as np


class Accumulator:
    """running count, mean, and sum of squared deviations"""

    def __init__(self, shape, dtype=float):
        self.n = 0
        self.mean = np.zeros(shape, dtype)
        self.m2 = np.zeros(shape, dtype)

    def add(self, value):
        self.n += 1
        delta = value - self.mean
        self.mean += delta / self.n
        self.m2 += delta * (value - self.mean)

    @property
    def var(self):
        return self.m2 / self.n


def accumulate(values, shape, dtype=float):
    acc = Accumulator(shape, dtype)
    for value in values:
        acc.add(value)
    return acc


class Cache:
    pass


def affine_forward(x, w, b):
    cache = Cache()
    cache.x, cache.w = x, w
    return x.reshape(len(x), -1) @ w + b, cache


def affine_backward(dout, cache):
    db = np.zeros(dout.shape[1])
    for row in dout:
        db += row
    flat = cache.x.reshape(len(cache.x), -1)
    return (dout @ cache.w.T).reshape(cache.x.shape), flat.T @ dout, db


def relu_forward(x):
    return np.fmax(x, 0), x


def relu_backward(dout, x):
    return np.where(np.greater(x, 0), dout, 0)


def softmax_loss(x, y):
    loss, dx = 0.0, np.empty(x.shape)
    for i, label in enumerate(y):
        e = np.exp(x[i] - np.amax(x[i]))
        dx[i] = e / e.sum()
        loss += -np.log(dx[i, label]) / len(y)
        dx[i, label] -= 1
    return loss, dx / len(y)


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    if not (mode == 'train' or mode == 'test'):
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    D = x.shape[1]
    if 'running_mean' not in bn_param:
        bn_param['running_mean'] = np.zeros(D, dtype=x.dtype)
        bn_param['running_var'] = np.zeros(D, dtype=x.dtype)
    if mode == 'test':
        centered = x - bn_param['running_mean']
        return gamma * centered / np.sqrt(bn_param['running_var'] + eps) + beta, None

    acc = accumulate(x, D, x.dtype)
    for key, new in {'running_mean': acc.mean, 'running_var': acc.var}.items():
        bn_param[key] = momentum * bn_param[key] + (1 - momentum) * new
    cache = Cache()
    cache.centered = x - acc.mean
    cache.precision = 1 / (acc.var + eps)
    cache.gamma = gamma
    return gamma * cache.centered * np.sqrt(cache.precision) + beta, cache


def batchnorm_backward(dout, cache):
    """row after row, like the forward pass"""
    N, D = dout.shape
    inv_std = np.sqrt(cache.precision)
    dgamma, dbeta, dvar, dmean = np.zeros(D), np.zeros(D), np.zeros(D), np.zeros(D)
    for d, c in zip(dout, cache.centered):
        dbeta += d
        dgamma += d * c * inv_std
        dvar += d * cache.gamma * c * -0.5 * inv_std ** 3
        dmean += d * cache.gamma * -inv_std
    dx = np.empty((N, D))
    for i in range(N):
        dx[i] = dout[i] * cache.gamma * inv_std + dvar * 2 * cache.centered[i] / N + dmean / N
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    # gamma / std * (dout - mean(dout) - c * precision * mean(dout * c))
    N = dout.shape[0]
    covariance = np.mean(dout * cache.centered, axis=0)
    inv_std = np.sqrt(cache.precision)
    dbeta = np.sum(dout, axis=0)
    dx = cache.centered * (-covariance * cache.precision)
    dx += dout
    dx -= dbeta / N
    dx *= cache.gamma * inv_std
    return dx, N * covariance * inv_std, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    acc = accumulate(x.T, x.shape[0], x.dtype)
    cache = Cache()
    cache.std = np.sqrt(acc.var + ln_param.get('eps', 1e-5))[:, None]
    cache.x_hat = (x - acc.mean[:, None]) / cache.std
    cache.gamma = gamma
    return gamma * cache.x_hat + beta, cache


def layernorm_backward(dout, cache):
    dx = np.empty(dout.shape)
    for i in range(len(dout)):
        d, hat = dout[i] * cache.gamma, cache.x_hat[i]
        dx[i] = (d - d.mean() - hat * (d @ hat) / len(d)) / cache.std[i]
    return dx, (dout * cache.x_hat).sum(0), dout.sum(0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    pixels = np.concatenate(np.concatenate(x.transpose(0, 2, 3, 1)))
    out, cache = batchnorm_forward(pixels, gamma, beta, bn_param)
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    pixels = np.concatenate(np.concatenate(dout.transpose(0, 2, 3, 1)))
    dx, dgamma, dbeta = batchnorm_backward(pixels, cache)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C = x.shape[:2]
    groups = x.reshape(N, G, C // G, -1)
    # one (N, G) slice for each position inside a group
    positions = groups.reshape(N, G, -1).transpose(2, 0, 1)
    acc = accumulate(positions, (N, G), x.dtype)
    cache = Cache()
    cache.std = np.sqrt(acc.var + gn_param.get('eps', 1e-5))[:, :, None, None]
    cache.x_hat = (groups - acc.mean[:, :, None, None]) / cache.std
    cache.gamma = gamma
    return cache.x_hat.reshape(x.shape) * gamma + beta, cache


def spatial_groupnorm_backward(dout, cache):
    hat, shape = cache.x_hat, cache.gamma.shape
    d = (dout * cache.gamma).reshape(hat.shape)
    size = hat.shape[2] * hat.shape[3]
    s1 = np.einsum('ngkp->ng', d)[:, :, None, None] / size
    s2 = np.einsum('ngkp,ngkp->ng', d, hat)[:, :, None, None] / size
    dx = ((d - s1 - s2 * hat) / cache.std).reshape(dout.shape)
    dgamma = sum(image.sum(axis=(1, 2)) for image in dout * hat.reshape(dout.shape))
    dbeta = sum(image.sum(axis=(1, 2)) for image in dout)
    return dx, dgamma.reshape(shape), dbeta.reshape(shape)
