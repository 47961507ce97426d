"""My working copy as it is, with what PyCharm imported and the print statements of a long night.

I compared with torch while writing, so it is still imported; nothing that counts uses it. var is
np.std squared, and there are asserts everywhere because I kept mixing up N and D.
"""
from builtins import range
import pdb
import sys
import time

import numpy as np
import torch
import torch.nn as nn
from matplotlib.pyplot import axis
from scipy.stats import norm

torch.set_printoptions(precision=8)
DEVICE = torch.device('cuda' if torch.cuda.is_available() else 'cpu')


def compare_with_torch(x, out):
    """only for me"""
    theirs = nn.BatchNorm1d(x.shape[1]).double()(torch.tensor(x))
    print(np.abs(theirs.detach().numpy() - out).max())


def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], -1)
    assert rows.shape[1] == w.shape[0], (rows.shape, w.shape)
    return rows.dot(w) + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    dx, dw = dout.dot(w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T.dot(dout)
    db = np.ones(dout.shape[0]).dot(dout)
    assert db.shape == b.shape
    return dx, dw, db


def relu_forward(x):
    out = np.maximum(0, x)
    return out, x


def relu_backward(dout, cache):
    dx = np.array(dout, copy=True)
    dx[cache <= 0] = 0
    return dx


def softmax_loss(x, y):
    shifted_logits = x - np.max(x, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted_logits), axis=1, keepdims=True)
    log_probs = shifted_logits - np.log(Z)
    N = x.shape[0]
    loss = -np.sum(log_probs[np.arange(N), y]) / N
    dx = np.exp(log_probs)
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    N, D = x.shape
    assert gamma.shape == (D,) and beta.shape == (D,)
    running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))
    cache = None
    if mode == 'train':
        start = time.time()
        mu = np.mean(x, axis=0)
        var = np.std(x, axis=0) ** 2
        std = (var + eps) ** 0.5
        z = (x - mu) / std
        out = gamma * z + beta
        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
        cache = [x, mu, var, std, z, gamma, beta, eps]
        print('forward', x.shape, mu.shape, var.shape, time.time() - start, file=sys.stderr)
        # pdb.set_trace()
    elif mode == 'test':
        stdev = np.sqrt(running_var + eps)
        out = gamma * (x - running_mean) / stdev + beta
        # compare_with_torch(x, out)
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    x, mu, var, std, z, gamma, beta, eps = cache
    N, D = x.shape
    assert dout.shape == (N, D)
    dfdz = dout * gamma
    dudx = 1 / N
    dvdx = 2 / N * (x - mu)
    dzdx = 1 / std
    dzdu = -1 / std
    dzdv = -0.5 * (var + eps) ** (-1.5) * (x - mu)
    dvdu = -2 / N * np.sum(x - mu, axis=0)
    dx = (dfdz * dzdx + np.sum(dfdz * dzdu, axis=0) * dudx
          + np.sum(dfdz * dzdv, axis=0) * (dvdx + dvdu * dudx))
    dgamma, dbeta = np.sum(dout * z, axis=0), np.sum(dout, axis=0)
    assert dgamma.shape == (D,)
    print('dx', dx.mean(), dx.std())
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    x, mu, var, std, z, gamma, beta, eps = cache
    N = dout.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(z * dout, axis=0)
    dx = dout * N - z * dgamma - dbeta
    dx *= gamma / (std * N)
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    xT = x.T
    mu = np.mean(xT, axis=0)
    var = np.std(xT, axis=0) ** 2
    std = (var + eps) ** 0.5
    z = ((xT - mu) / std).T
    out = gamma * z + beta
    assert out.shape == x.shape
    return out, [z, std, gamma]


def layernorm_backward(dout, cache):
    z, std, gamma = cache
    D = z.shape[1]
    dfdz = (dout * gamma).T
    zT = z.T
    dx = (dfdz * D - zT * np.sum(zT * dfdz, axis=0) - np.sum(dfdz, axis=0)) / (std * D)
    return dx.T, np.sum(dout * z, axis=0), np.sum(dout, axis=0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    x = np.swapaxes(np.swapaxes(x, 1, 2), 2, 3)
    out, cache = batchnorm_forward(x.reshape(N * H * W, C), gamma, beta, bn_param)
    out = out.reshape(N, H, W, C)
    return np.swapaxes(np.swapaxes(out, 2, 3), 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dout = np.swapaxes(np.swapaxes(dout, 1, 2), 2, 3)
    dx, dgamma, dbeta = batchnorm_backward(dout.reshape(N * H * W, C), cache)
    return np.swapaxes(np.swapaxes(dx.reshape(N, H, W, C), 2, 3), 1, 2), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    eps = gn_param.get('eps', 1e-5)
    assert C % G == 0
    xT = x.reshape(N * G, -1).T
    std = (np.std(xT, axis=0) ** 2 + eps) ** 0.5
    z = ((xT - np.mean(xT, axis=0)) / std).T.reshape(x.shape)
    return gamma * z + beta, [z, std, gamma, G]


def spatial_groupnorm_backward(dout, cache):
    z, std, gamma, G = cache
    N = dout.shape[0]
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    dgamma = np.sum(dout * z, axis=(0, 2, 3), keepdims=True)
    dfdz = (dout * gamma).reshape(N * G, -1).T
    zT = z.reshape(N * G, -1).T
    M = zT.shape[0]
    dx = (dfdz * M - zT * np.sum(zT * dfdz, axis=0) - np.sum(dfdz, axis=0)) / (std * M)
    assert dgamma.shape == gamma.shape
    return dx.T.reshape(dout.shape), dgamma, dbeta


if __name__ == '__main__':
    compare_with_torch(np.random.randn(4, 3), np.zeros((4, 3)))
