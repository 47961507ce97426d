"""One pair of functions does all the norms; what differs is over which axes the mean is taken.

Batch norm is axes (0,), layer norm (1,), spatial batch norm (0, 2, 3), group norm (2, 3, 4) of a
5-d view. batchnorm_forward and layernorm_forward take an optional axis in case I need it later.
"""
import numpy as np


def normalize(x, axes, eps, mean=None, var=None):
    if mean is None:
        mean = x.mean(axes, keepdims=True)
    if var is None:
        var = ((x - mean) ** 2).mean(axes, keepdims=True)
    inv = 1.0 / np.sqrt(var + eps)
    return (x - mean) * inv, dict(mean=mean, var=var, inv=inv)


def denormalize(dxhat, xhat, inv, axes):
    """The gradient by x, from that by xhat."""
    m1 = dxhat.mean(axes, keepdims=True)
    m2 = (dxhat * xhat).mean(axes, keepdims=True)
    return inv * (dxhat - m1 - xhat * m2)


def batch_statistics_norm(x, gamma, beta, bn_param, axes, shape):
    """Batch norm of any kind; `shape` is that of gamma when it stands beside x."""
    mode, eps = bn_param['mode'], bn_param.get('eps', 1e-5)
    g, b = gamma.reshape(shape), beta.reshape(shape)
    rm = bn_param.get('running_mean', np.zeros(gamma.size, x.dtype))
    rv = bn_param.get('running_var', np.zeros(gamma.size, x.dtype))
    if mode == 'test':
        xhat, _ = normalize(x, axes, eps, rm.reshape(shape), rv.reshape(shape))
        return g * xhat + b, None
    if mode != 'train':
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    xhat, stats = normalize(x, axes, eps)
    momentum = bn_param.get('momentum', 0.9)
    bn_param['running_mean'] = momentum * rm + (1 - momentum) * stats['mean'].reshape(rm.shape)
    bn_param['running_var'] = momentum * rv + (1 - momentum) * stats['var'].reshape(rv.shape)
    return g * xhat + b, (xhat, stats['inv'], g, axes)


def batch_statistics_norm_backward(dout, cache):
    xhat, inv, g, axes = cache
    dx = denormalize(dout * g, xhat, inv, axes)
    return dx, (dout * xhat).sum(axes), dout.sum(axes)


def batchnorm_forward(x, gamma, beta, bn_param, axis=0):
    return batch_statistics_norm(x, gamma, beta, bn_param, (axis,), (1, -1))


def batchnorm_backward(dout, cache):
    return batch_statistics_norm_backward(dout, cache)


def batchnorm_backward_alt(dout, cache):
    # denormalize with gamma taken out, so that both sums are those of dgamma and dbeta
    xhat, inv, g, axes = cache
    n = float(dout.shape[0])
    db, dg = dout.sum(0), np.einsum('nd,nd->d', dout, xhat)
    t = xhat * (dg / n)
    np.subtract(dout, t, out=t)
    t -= db / n
    t *= g * inv
    return t, dg, db


def layernorm_forward(x, gamma, beta, ln_param={}, axis=1):
    xhat, stats = normalize(x, (axis,), ln_param.get('eps', 1e-5))
    return gamma * xhat + beta, (xhat, stats['inv'], gamma, axis)


def layernorm_backward(dout, cache):
    xhat, inv, gamma, axis = cache
    return denormalize(dout * gamma, xhat, inv, (axis,)), (dout * xhat).sum(0), dout.sum(0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    return batch_statistics_norm(x, gamma, beta, bn_param, (0, 2, 3), (1, -1, 1, 1))


def spatial_batchnorm_backward(dout, cache):
    return batch_statistics_norm_backward(dout, cache)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    xhat, stats = normalize(x.reshape(N, G, C // G, H, W), (2, 3, 4), gn_param.get('eps', 1e-5))
    return gamma * xhat.reshape(x.shape) + beta, (xhat, stats['inv'], gamma)


def spatial_groupnorm_backward(dout, cache):
    xhat, inv, gamma = cache
    dx = denormalize((dout * gamma).reshape(xhat.shape), xhat, inv, (2, 3, 4)).reshape(dout.shape)
    axes = (0, 2, 3)
    dgamma = (dout * xhat.reshape(dout.shape)).sum(axes, keepdims=True)
    return dx, dgamma, dout.sum(axes, keepdims=True)


# given, moved to the end

def affine_forward(x, w, b):
    out = np.tensordot(x.reshape(len(x), -1), w, axes=1) + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    dw = np.tensordot(x.reshape(len(x), -1), dout, axes=(0, 0))
    return np.tensordot(dout, w, axes=(1, 1)).reshape(x.shape), dw, dout.sum(0)


def relu_forward(x):
    return np.where(x < 0, 0, x), x


def relu_backward(dout, x):
    return np.where(x <= 0, 0, dout)


def softmax_loss(x, y):
    n = len(y)
    z = x - x.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    truth = np.zeros_like(p)
    truth[np.arange(n), y] = 1
    return -(truth * (z - np.log(np.exp(z).sum(1, keepdims=True)))).sum() / n, (p - truth) / n
