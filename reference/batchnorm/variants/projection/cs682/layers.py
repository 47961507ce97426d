"""Normalization seen as geometry: centring is a projection, and so is the backward pass.

Centring a batch is multiplying by C = I - 11'/N, and dividing by the standard deviation puts each
column on a sphere; the gradient is what remains after projecting on the tangent space. All sums
are products with a row of ones, which I found easier to derive things with.
"""
import numpy as np


def affine_forward(x, w, b):
    x_rows = x.reshape(x.shape[0], -1)
    return x_rows @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    ones = np.ones(len(dout))
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, ones @ dout


def relu_forward(x):
    mask = x > 0
    return np.where(mask, x, 0.0), mask


def relu_backward(dout, mask):
    return np.where(mask, dout, 0.0)


def softmax_loss(x, y):
    p = np.exp(x - np.max(x, axis=1, keepdims=True))
    p /= p @ np.ones((x.shape[1], 1))
    n = np.arange(len(y))
    loss = -np.mean(np.log(p[n, y]))
    p[n, y] -= 1
    return loss, p / len(y)


def centring(n):
    return np.eye(n) - np.ones((n, n)) / n


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps = bn_param['mode'], bn_param.get('eps', 1e-5)
    if mode == 'train':
        N = x.shape[0]
        row = np.full(N, 1 / N)
        mean = row @ x
        centred = x - mean
        var = row @ (centred * centred)
        momentum = bn_param.get('momentum', 0.9)
        for key, value in (('running_mean', mean), ('running_var', var)):
            old = bn_param.get(key, np.zeros_like(value))
            bn_param[key] = old + (1 - momentum) * (value - old)
        scale = 1 / np.sqrt(var + eps)
        x_hat = centred @ np.diag(scale)
        return x_hat @ np.diag(gamma) + beta, (x_hat, scale, gamma, row)
    elif mode == 'test':
        zero = np.zeros_like(beta)
        centred = x - bn_param.get('running_mean', zero)
        var = bn_param.get('running_var', zero)
        return centred * (gamma / np.sqrt(var + eps)) + beta, ()
    raise ValueError(f'mode {mode} is neither train nor test')


def batchnorm_backward(dout, cache):
    # in steps: through gamma, through the scaling, through the centring
    x_hat, scale, gamma, row = cache
    N = len(row)
    dbeta = np.ones(N) @ dout
    dgamma = np.ones(N) @ (dout * x_hat)
    dx_hat = dout * gamma
    dscale = np.ones(N) @ (dx_hat * (x_hat / scale))
    dvar = dscale * -0.5 * scale ** 3
    dcentred = dx_hat * scale + (x_hat / scale) * (2 / N * dvar)
    dx = centring(N) @ dcentred
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    # subtract the component along 1 and the one along x_hat
    x_hat, scale, gamma, row = cache
    along_one = row @ dout
    along_hat = row @ (dout * x_hat)
    dx = (gamma * scale) * (dout - (along_one + along_hat * x_hat))
    return dx, along_hat * len(row), along_one * len(row)


def to_sphere(rows, eps):
    centred = rows @ centring(rows.shape[1])
    radius = np.sqrt(np.sum(centred ** 2, axis=1, keepdims=True) / rows.shape[1] + eps)
    return centred / radius, radius


def to_sphere_backward(d, hat, radius):
    d = d @ centring(d.shape[1])
    return (d - hat * np.mean(d * hat, axis=1, keepdims=True)) / radius


def layernorm_forward(x, gamma, beta, ln_param):
    hat, radius = to_sphere(x, ln_param.get('eps', 1e-5))
    return hat * gamma + beta, (hat, radius, gamma)


def layernorm_backward(dout, cache):
    hat, radius, gamma = cache
    ones = np.ones(len(dout))
    return to_sphere_backward(dout * gamma, hat, radius), ones @ (dout * hat), ones @ dout


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    columns = x.swapaxes(0, 1).reshape(x.shape[1], -1).T
    out, cache = batchnorm_forward(columns, gamma, beta, bn_param)
    N, C, H, W = x.shape
    return out.T.reshape(C, N, H, W).swapaxes(0, 1), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    columns = dout.swapaxes(0, 1).reshape(C, -1).T
    dx, dgamma, dbeta = batchnorm_backward_alt(columns, cache)
    return dx.T.reshape(C, N, H, W).swapaxes(0, 1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    hat, radius = to_sphere(x.reshape(len(x) * G, -1), gn_param.get('eps', 1e-5))
    return hat.reshape(x.shape) * gamma + beta, (hat, radius, gamma)


def spatial_groupnorm_backward(dout, cache):
    hat, radius, gamma = cache
    images = hat.reshape(dout.shape)
    dgamma = (dout * images).sum((0, 2, 3), keepdims=True)
    dbeta = dout.sum((0, 2, 3), keepdims=True)
    dx = to_sphere_backward((dout * gamma).reshape(hat.shape), hat, radius)
    return dx.reshape(dout.shape), dgamma, dbeta
