"""Backward passes as products with the whole Jacobian matrix, one N x N matrix a feature.

In linear algebra we learned that backprop is "vector times Jacobian", so that is what I do:
write down J[i, k] = d x_hat[i] / d x[k] for one column and multiply. It is slow for big batches,
the alternative version never builds the matrix and uses einsum for what is left of the product.
"""
from past.builtins import xrange

import numpy as np


def affine_forward(x, w, b):
    return np.einsum('ni,ij->nj', x.reshape(len(x), -1), w) + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    flat = x.reshape(len(x), -1)
    return ((dout @ w.T).reshape(x.shape), flat.T @ dout, np.einsum('nj->j', dout))


def relu_forward(x):
    return x * (x > 0), x


def relu_backward(dout, x):
    return dout * (x > 0)


def softmax_loss(x, y):
    shifted = x - x.max(1)[:, None]
    logsumexp = np.log(np.exp(shifted).sum(1))
    onehot = np.eye(x.shape[1])[y]
    loss = (logsumexp - (shifted * onehot).sum(1)).mean()
    return loss, (np.exp(shifted - logsumexp[:, None]) - onehot) / len(x)


def jacobian(x_hat, std):
    """d x_hat / d x of one normalized vector."""
    n = len(x_hat)
    return (np.eye(n) - 1.0 / n - np.outer(x_hat, x_hat) / n) / std


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get('eps', 1e-5)
    m = bn_param.get('momentum', 0.9)
    D = x.shape[1]
    old_mean = bn_param.get('running_mean', np.zeros(D, x.dtype))
    old_var = bn_param.get('running_var', np.zeros(D, x.dtype))

    if bn_param['mode'] == 'test':
        out = np.zeros_like(x)
        for j in xrange(D):
            out[:, j] = gamma[j] * (x[:, j] - old_mean[j]) / np.sqrt(old_var[j] + eps) + beta[j]
        return out, None
    if bn_param['mode'] != 'train':
        raise ValueError('Invalid forward batchnorm mode "{}"'.format(bn_param['mode']))

    mean, std = np.zeros(D, x.dtype), np.zeros(D, x.dtype)
    x_hat, out = np.zeros_like(x), np.zeros_like(x)
    for j in xrange(D):
        mean[j] = np.mean(x[:, j])
        centered = x[:, j] - mean[j]
        std[j] = np.sqrt(np.mean(centered * centered) + eps)
        x_hat[:, j] = centered / std[j]
        out[:, j] = x_hat[:, j] * gamma[j] + beta[j]
    bn_param['running_mean'] = m * old_mean + (1 - m) * mean
    bn_param['running_var'] = m * old_var + (1 - m) * np.array([np.var(col) for col in x.T])
    return out, [x_hat, std, gamma]


def batchnorm_backward(dout, cache):
    x_hat, std, gamma = cache
    dx = np.zeros_like(dout)
    dgamma, dbeta = np.zeros_like(gamma), np.zeros_like(gamma)
    for j in xrange(dout.shape[1]):
        J = jacobian(x_hat[:, j], std[j])
        dx[:, j] = J.T.dot(gamma[j] * dout[:, j])
        dgamma[j] = dout[:, j].dot(x_hat[:, j])
        dbeta[j] = dout[:, j].sum()
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    x_hat, std, gamma = cache
    N = dout.shape[0]
    dgamma = np.einsum('nd,nd->d', dout, x_hat)
    dbeta = np.einsum('nd->d', dout)
    # (I - 11'/N - x_hat x_hat'/N) dout without ever forming the matrix
    dx = dout - dbeta / N
    dx -= np.einsum('nd,d->nd', x_hat, dgamma / N)
    dx *= gamma / std
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    mean = np.einsum('nd->n', x) / x.shape[1]
    centered = x - mean[:, None]
    std = np.sqrt(np.einsum('nd,nd->n', centered, centered) / x.shape[1] + eps)
    x_hat = np.einsum('nd,n->nd', centered, 1 / std)
    return x_hat * gamma + beta, [x_hat, std, gamma]


def layernorm_backward(dout, cache):
    x_hat, std, gamma = cache
    dx = np.stack([(dout[i] * gamma).dot(jacobian(x_hat[i], std[i]))
                   for i in xrange(len(dout))])
    return dx, np.einsum('nd,nd->d', dout, x_hat), np.einsum('nd->d', dout)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    rows = np.einsum('nchw->nhwc', x).reshape(-1, x.shape[1])
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    N, C, H, W = x.shape
    return np.einsum('nhwc->nchw', out.reshape(N, H, W, C)), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    rows = np.einsum('nchw->nhwc', dout).reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward(rows, cache)
    return np.einsum('nhwc->nchw', dx.reshape(N, H, W, C)), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    groups = x.reshape(x.shape[0], G, -1)
    size = groups.shape[2]
    centered = groups - np.einsum('ngi->ng', groups)[:, :, None] / size
    std = np.sqrt(np.einsum('ngi,ngi->ng', centered, centered) / size + eps)
    x_hat = np.einsum('ngi,ng->ngi', centered, 1 / std)
    out = x_hat.reshape(x.shape) * gamma + beta
    return out, [x_hat, std, gamma]


def spatial_groupnorm_backward(dout, cache):
    x_hat, std, gamma = cache
    hats = x_hat.reshape(dout.shape)
    dgamma = np.einsum('nchw,nchw->c', dout, hats).reshape(gamma.shape)
    dbeta = np.einsum('nchw->c', dout).reshape(gamma.shape)
    dhat = (dout * gamma).reshape(x_hat.shape)
    dx = np.zeros_like(dhat)
    for n in xrange(x_hat.shape[0]):
        for g in xrange(x_hat.shape[1]):
            dx[n, g] = dhat[n, g] @ jacobian(x_hat[n, g], std[n, g])
    return dx.reshape(dout.shape), dgamma, dbeta
