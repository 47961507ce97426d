"""Statistics from raw moments, var = E[x^2] - E[x]^2, as in the probability course.

Because everything depends on sums of x, x^2, dout and dout*x only, the fast backward never looks
at x_hat: dx is a*dout + b*x + c with one a, b, c for each feature. All arithmetic is float64.
"""
import numpy as np


def f64(a):
    return np.asarray(a, dtype=np.float64)


def affine_forward(x, w, b):
    return f64(x).reshape(len(x), -1).dot(f64(w)) + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return dout.dot(w.T).reshape(x.shape), x.reshape(len(x), -1).T.dot(dout), dout.sum(axis=0)


def relu_forward(x):
    return (x + np.abs(x)) / 2, np.sign(x)


def relu_backward(dout, sign):
    return dout * (sign > 0)


def softmax_loss(x, y):
    e = np.exp(f64(x) - np.max(x, axis=1).reshape(-1, 1))
    p = e / np.average(e, axis=1).reshape(-1, 1) / x.shape[1]
    loss = -np.average(np.log(p[range(len(y)), y]))
    d = p / len(y)
    d[range(len(y)), y] -= 1.0 / len(y)
    return loss, d


def moments(x, axis):
    first = np.average(x, axis=axis)
    second = np.average(np.square(x), axis=axis)
    # rounding must not make it negative
    return first, np.maximum(second - np.square(first), 0)


def batchnorm_forward(x, gamma, beta, bn_param):
    x, gamma, beta = f64(x), f64(gamma), f64(beta)
    eps = bn_param.get('eps', 1e-5)
    D = x.shape[1]
    run = [f64(bn_param.get('running_' + s, np.zeros(D))) for s in ('mean', 'var')]
    if bn_param['mode'] == 'train':
        mean, var = moments(x, 0)
        p = bn_param.get('momentum', 0.9)
        bn_param['running_mean'], bn_param['running_var'] = [
            np.average([old, new], axis=0, weights=[p, 1 - p])
            for old, new in zip(run, (mean, var))]
    elif bn_param['mode'] == 'test':
        mean, var = run
    else:
        raise ValueError('mode ' + bn_param['mode'])
    # out = slope * x + intercept, a straight line for each feature
    slope = gamma / np.sqrt(var + eps)
    out = (x - mean) * slope + beta
    return out, (x, mean, var, eps, gamma)


def batchnorm_backward(dout, cache):
    x, mean, var, eps, gamma = cache
    N = len(x)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    dgamma = (dout * x_hat).sum(axis=0)
    dbeta = dout.sum(axis=0)

    dx_hat = dout * gamma
    dmean = -(dx_hat / std).sum(axis=0)
    dvar = -0.5 * (dx_hat * x_hat).sum(axis=0) / (var + eps)
    # var = second - first^2
    dsecond = dvar
    dfirst = dmean - 2 * mean * dvar
    dx = dx_hat / std + dsecond * 2 * x / N + dfirst / N
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    x, mean, var, eps, gamma = cache
    N = len(x)
    inv = 1 / np.sqrt(var + eps)
    dbeta = np.sum(dout, axis=0)
    dgamma = (np.einsum('ij,ij->j', dout, x) - mean * dbeta) * inv
    a = gamma * inv
    b = -a * inv * dgamma / N
    c = -a * dbeta / N - b * mean
    dx = a * dout
    dx += b * x
    dx += c
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    x = f64(x)
    mean, var = moments(x, 1)
    std = np.sqrt(var + ln_param.get('eps', 1e-5))
    x_hat = (x - mean.reshape(-1, 1)) / std.reshape(-1, 1)
    return x_hat * gamma + beta, (x_hat, std, gamma)


def layernorm_backward(dout, cache):
    x_hat, std, gamma = cache
    d = dout * gamma
    mean_d = np.average(d, axis=1)[:, None]
    mean_dx = np.average(d * x_hat, axis=1)[:, None]
    dx = (d - mean_d - mean_dx * x_hat) / std[:, None]
    return dx, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    rows = np.moveaxis(x, 1, 3).reshape(-1, C)
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    return np.moveaxis(out.reshape(N, H, W, C), 3, 1), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(np.moveaxis(dout, 1, 3).reshape(-1, C), cache)
    return np.moveaxis(dx.reshape(N, H, W, C), 3, 1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    rows = f64(x).reshape(N * G, C // G * H * W)
    mean, var = moments(rows, 1)
    std = np.sqrt(var + gn_param.get('eps', 1e-5))
    x_hat = ((rows - mean[:, None]) / std[:, None]).reshape(x.shape)
    return x_hat * gamma + beta, (x_hat, std, gamma)


def spatial_groupnorm_backward(dout, cache):
    x_hat, std, gamma = cache
    rows = (len(std), -1)
    ones = np.ones(x_hat.reshape(rows).shape[1])
    dx = layernorm_backward((dout * gamma).reshape(rows), (x_hat.reshape(rows), std, ones))[0]
    dgamma = np.einsum('nchw,nchw->c', dout, x_hat).reshape(gamma.shape)
    dbeta = np.einsum('nchw->c', dout).reshape(gamma.shape)
    return dx.reshape(dout.shape), dgamma, dbeta
