"""Functional style: the cache of a layer is its backward pass, a function of dout.

Each forward returns out and a closure (for batch norm a pair of them, the slow and the fast one),
so nothing has to be packed and unpacked. The backward functions just call what they are given.
"""

from functools import partial

import numpy as np

mean0 = partial(np.mean, axis=0)
sum0 = partial(np.sum, axis=0)


def affine_forward(x, w, b):
    flat = x.reshape(len(x), -1)
    return flat @ w + b, lambda d: ((d @ w.T).reshape(x.shape), flat.T @ d, sum0(d))


def affine_backward(dout, back):
    return back(dout)


def relu_forward(x):
    return np.maximum(x, 0), lambda d: np.where(x > 0, d, 0)


def relu_backward(dout, back):
    return back(dout)


def softmax_loss(x, y):
    hot = y[:, None] == np.arange(x.shape[1])
    log_p = x - np.logaddexp.reduce(x, axis=1, keepdims=True)
    return -np.sum(log_p, where=hot) / len(x), (np.exp(log_p) - hot) / len(x)


def batchnorm_forward(x, gamma, beta, bn_param, verbose=False):
    eps = bn_param.get('eps', 1e-5)

    def train():
        n = len(x)
        mu = mean0(x)
        c = x - mu
        var = mean0(c * c)
        std = np.sqrt(var + eps)
        x_hat = c / std
        keep = bn_param.get('momentum', 0.9)
        blend = lambda name, new: keep * bn_param.get(name, np.zeros_like(new)) + (1 - keep) * new
        bn_param.update(running_mean=blend('running_mean', mu),
                        running_var=blend('running_var', var))

        def staged(dout):
            dx_hat = dout * gamma
            dc = dx_hat / std
            dstd = -sum0(dx_hat * c) / std ** 2
            dvar = dstd / 2 / std
            dc = dc + 2 / n * c * dvar
            return dc - mean0(dc), sum0(dout * x_hat), sum0(dout)

        def fast(dout):
            dbeta, dgamma = sum0(dout), sum0(dout * x_hat)
            k = gamma / std
            dx = x_hat * (-k / n * dgamma)
            dx += k * dout
            dx -= k / n * dbeta
            return dx, dgamma, dbeta

        if verbose:
            print('train: mean', mu, 'var', var)
        return gamma * x_hat + beta, (staged, fast)

    def test():
        zero = np.zeros(x.shape[1])
        mu, var = (bn_param.get('running_' + name, zero) for name in ('mean', 'var'))
        return gamma * (x - mu) / np.sqrt(var + eps) + beta, None

    try:
        forward = {'train': train, 'test': test}[bn_param['mode']]
    except KeyError:
        raise ValueError('mode must be train or test')
    return forward()


def batchnorm_backward(dout, cache):
    staged, fast = cache
    return staged(dout)


def batchnorm_backward_alt(dout, cache):
    staged, fast = cache
    return fast(dout)


def standardize(a, eps):
    """Mean 0 and variance 1 along the last axis, and how gradients come back through it."""
    mean = partial(np.mean, axis=-1, keepdims=True)
    c = a - mean(a)
    std = np.sqrt(mean(c * c) + eps)
    z = c / std
    return z, lambda d: (d - mean(d) - z * mean(d * z)) / std


def layernorm_forward(x, gamma, beta, ln_param):
    z, through = standardize(x, ln_param.get('eps', 1e-5))
    return gamma * z + beta, lambda d: (through(d * gamma), sum0(d * z), sum0(d))


def layernorm_backward(dout, back):
    return back(dout)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    n, c, h, w = x.shape
    to_rows = lambda a: a.transpose(0, 2, 3, 1).reshape(-1, c)
    to_images = lambda a: a.reshape(n, h, w, c).transpose(0, 3, 1, 2)
    out, cache = batchnorm_forward(to_rows(x), gamma, beta, bn_param)

    def back(dout):
        dx, dgamma, dbeta = batchnorm_backward(to_rows(dout), cache)
        return to_images(dx), dgamma, dbeta

    return to_images(out), back


def spatial_batchnorm_backward(dout, back):
    return back(dout)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    grouped = (len(x), G, -1)
    z, through = standardize(x.reshape(grouped), gn_param.get('eps', 1e-5))
    z = z.reshape(x.shape)
    channels = partial(np.sum, axis=(0, 2, 3), keepdims=True)
    return gamma * z + beta, lambda d: (
        through((d * gamma).reshape(grouped)).reshape(x.shape), channels(d * z), channels(d))


def spatial_groupnorm_backward(dout, back):
    return back(dout)
