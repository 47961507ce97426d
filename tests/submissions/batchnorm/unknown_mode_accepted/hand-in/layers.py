import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    training = bn_param['mode'] == 'train'
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    zeros = np.zeros_like(x[0])
    running_mean = bn_param.get('running_mean', zeros)
    running_var = bn_param.get('running_var', zeros)

    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        bn_param['running_mean'] = momentum * running_mean + (1 - momentum) * mean
        bn_param['running_var'] = momentum * running_var + (1 - momentum) * var
    else:
        mean, var = running_mean, running_var

    inv_std = 1 / np.sqrt(var + eps)
    normed = (x - mean) * inv_std
    return gamma * normed + beta, (normed, inv_std, gamma)


def batchnorm_backward(dout, cache):
    normed, inv_std, gamma = cache
    n = dout.shape[0]

    dnormed = gamma * dout
    dinv_std = (dnormed * normed).sum(axis=0) / inv_std
    dvar = -dinv_std * inv_std ** 3 / 2
    dx = dnormed * inv_std + dvar * 2 / n * normed / inv_std
    dx -= dx.sum(axis=0) / n
    return dx, (dout * normed).sum(axis=0), dout.sum(axis=0)


def batchnorm_backward_alt(dout, cache):
    normed, inv_std, gamma = cache
    n = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = np.einsum('ij,ij->j', dout, normed)
    dx = normed * (-dgamma / n)
    dx += dout
    dx -= dbeta / n
    dx *= gamma * inv_std
    return dx, dgamma, dbeta


def norm_over(x, axes, eps):
    """shared by layer norm and group norm"""
    inv_std = 1 / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    return (x - x.mean(axis=axes, keepdims=True)) * inv_std, inv_std


def norm_over_backward(dnormed, normed, inv_std, axes):
    shift = dnormed.mean(axis=axes, keepdims=True)
    slope = (dnormed * normed).mean(axis=axes, keepdims=True)
    return inv_std * (dnormed - shift - slope * normed)


def layernorm_forward(x, gamma, beta, ln_param):
    normed, inv_std = norm_over(x, -1, ln_param.get('eps', 1e-5))
    return gamma * normed + beta, (normed, inv_std, gamma)


def layernorm_backward(dout, cache):
    normed, inv_std, gamma = cache
    dx = norm_over_backward(dout * gamma, normed, inv_std, -1)
    return dx, (dout * normed).sum(axis=0), dout.sum(axis=0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    n, c, h, w = x.shape
    out, cache = batchnorm_forward(x.transpose(0, 2, 3, 1).reshape(-1, c), gamma, beta, bn_param)
    return out.reshape(n, h, w, c).transpose(0, 3, 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    n, c, h, w = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(dout.transpose(0, 2, 3, 1).reshape(-1, c), cache)
    return dx.reshape(n, h, w, c).transpose(0, 3, 1, 2), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    n, c, h, w = x.shape
    normed, inv_std = norm_over(x.reshape(n, G, -1), -1, gn_param.get('eps', 1e-5))
    return gamma * normed.reshape(x.shape) + beta, (normed, inv_std, gamma)


def spatial_groupnorm_backward(dout, cache):
    normed, inv_std, gamma = cache
    dx = norm_over_backward((dout * gamma).reshape(normed.shape), normed, inv_std, -1)
    dgamma = (dout * normed.reshape(dout.shape)).sum(axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, dout.sum(axis=(0, 2, 3), keepdims=True)
