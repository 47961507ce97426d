from __future__ import division
import numpy as np


def _normalize(x, eps):
    """returns normalized x, mean, variance and 1/std, column by column"""
    mean = x.mean(0)
    var = x.var(0)
    inv = (var + eps) ** -0.5
    return (x - mean) * inv, mean, var, inv


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    if mode != 'train' and mode != 'test':
        raise ValueError('mode has to be train or test')

    eps = bn_param.get('eps', 1e-5)
    x_norm, mean, var, inv = _normalize(x, eps)
    out = x_norm * gamma + beta

    if mode == 'train':
        # keep the running averages for later
        m = bn_param.get('momentum', 0.9)
        if 'running_mean' not in bn_param:
            bn_param['running_mean'] = np.zeros(x.shape[1])
            bn_param['running_var'] = np.zeros(x.shape[1])
        bn_param['running_mean'] = bn_param['running_mean'] * m + mean * (1 - m)
        bn_param['running_var'] = bn_param['running_var'] * m + var * (1 - m)

    # test: the same thing, but the running averages are left alone
    return out, dict(x_norm=x_norm, inv=inv, gamma=gamma)


def batchnorm_backward(dout, cache):
    x_norm = cache['x_norm']
    inv = cache['inv']
    N = x_norm.shape[0]

    dx_norm = cache['gamma'] * dout
    # three terms, see my derivation on paper
    term1 = dx_norm
    term2 = np.mean(dx_norm, axis=0)
    term3 = x_norm * np.sum(dx_norm * x_norm, axis=0) / N
    dx = (term1 - term2 - term3) * inv

    dgamma = np.sum(dout * x_norm, axis=0)
    dbeta = np.sum(dout, axis=0)
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    # as above, but gamma is pulled out so that the two sums are dgamma and dbeta
    x_norm = cache['x_norm']
    N = x_norm.shape[0]
    tmp = dout * x_norm
    dgamma = tmp.sum(axis=0)
    dbeta = dout.sum(axis=0)
    np.multiply(x_norm, dgamma / N, out=tmp)
    np.subtract(dout, tmp, out=tmp)
    tmp -= dbeta / N
    tmp *= cache['gamma'] * cache['inv']
    return tmp, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    x_norm, _, _, inv = _normalize(x.T, eps)
    x_norm = x_norm.T
    return x_norm * gamma + beta, dict(x_norm=x_norm, inv=inv, gamma=gamma)


def layernorm_backward(dout, cache):
    x_norm = cache['x_norm']
    D = x_norm.shape[1]
    dx_norm = cache['gamma'] * dout
    mean_d = dx_norm.sum(1) / D
    mean_dx = (dx_norm * x_norm).sum(1) / D
    dx = dx_norm - mean_d[:, None] - x_norm * mean_dx[:, None]
    dx = dx * cache['inv'][:, None]
    return dx, (dout * x_norm).sum(0), dout.sum(0)
