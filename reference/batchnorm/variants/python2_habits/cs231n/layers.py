"""Ported from the Python 2 version of my older course: future, six, past and builtins imports.

The arguments have the names that I am used to (inp, grad_out, params) and the cache is a dict
of everything. I left the prints in that I used to look at shapes.
"""
from __future__ import absolute_import, division, print_function

import numpy as np
from builtins import object
from future.builtins import zip
from past.builtins import xrange
from past.utils import old_div
from six import iteritems
from six.moves import range, reduce


def affine_forward(inp, w, b):
    N = inp.shape[0]
    D = reduce(lambda p, q: p * q, inp.shape[1:], 1)
    return np.dot(inp.reshape(N, D), w) + b, (inp, w)


def affine_backward(grad_out, cache):
    inp, w = cache
    N = inp.shape[0]
    return (np.dot(grad_out, w.T).reshape(inp.shape), np.dot(inp.reshape(N, -1).T, grad_out),
            np.sum(grad_out, axis=0))


def relu_forward(inp):
    return np.maximum(inp, 0), inp


def relu_backward(grad_out, inp):
    return np.where(inp > 0, grad_out, 0)


def softmax_loss(inp, y):
    num = np.exp(inp - np.max(inp, axis=1)[:, None])
    probs = old_div(num, np.sum(num, axis=1)[:, None])
    loss = 0.0
    for i in xrange(inp.shape[0]):
        loss -= np.log(probs[i, y[i]])
        probs[i, y[i]] -= 1
    return old_div(loss, inp.shape[0]), old_div(probs, inp.shape[0])


def batchnorm_forward(inp, gamma, beta, params):
    mode = params['mode']
    eps = params.get('eps', 1e-5)
    N, D = inp.shape
    running = {}
    for name in ('running_mean', 'running_var'):
        running[name] = params[name] if name in params else np.zeros(D, dtype=inp.dtype)

    if mode == 'train':
        print('batchnorm', N, 'x', D)
        mean = old_div(np.sum(inp, axis=0), N)
        centered = inp - mean
        var = old_div(np.sum(centered ** 2, axis=0), N)
        std = np.sqrt(var + eps)
        normed = old_div(centered, std)
        out = normed * gamma + beta
        cache = {'centered': centered, 'std': std, 'normed': normed, 'gamma': gamma, 'N': N}
        rate = params.get('momentum', 0.9)
        for name, new in zip(('running_mean', 'running_var'), (mean, var)):
            running[name] = rate * running[name] + (1 - rate) * new
    elif mode == 'test':
        normed = old_div(inp - running['running_mean'], np.sqrt(running['running_var'] + eps))
        out = normed * gamma + beta
        cache = None
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    for name, value in iteritems(running):
        params[name] = value
    return out, cache


def batchnorm_backward(grad_out, cache):
    print('backward', grad_out.shape)
    N, std, centered = cache['N'], cache['std'], cache['centered']
    grad_gamma = np.sum(grad_out * cache['normed'], axis=0)
    grad_beta = np.sum(grad_out, axis=0)

    grad_normed = grad_out * cache['gamma']
    grad_centered = old_div(grad_normed, std)
    grad_std = -np.sum(grad_normed * centered, axis=0) / std ** 2
    grad_var = grad_std / (2 * std)
    grad_centered += 2.0 / N * centered * grad_var
    grad_inp = grad_centered - old_div(np.sum(grad_centered, axis=0), N)
    return grad_inp, grad_gamma, grad_beta


def batchnorm_backward_alt(grad_out, cache):
    N, normed = cache['N'], cache['normed']
    grad_gamma = np.sum(grad_out * normed, axis=0)
    grad_beta = np.sum(grad_out, axis=0)
    factor = old_div(cache['gamma'], N * cache['std'])
    grad_inp = N * grad_out
    grad_inp -= grad_beta
    grad_inp -= normed * grad_gamma
    grad_inp *= factor
    return grad_inp, grad_gamma, grad_beta


def layernorm_forward(inp, gamma, beta, params):
    eps = params.get('eps', 1e-5)
    D = inp.shape[1]
    mean = old_div(np.sum(inp, axis=1), D)[:, None]
    centered = inp - mean
    std = np.sqrt(old_div(np.sum(centered ** 2, axis=1), D) + eps)[:, None]
    normed = old_div(centered, std)
    return normed * gamma + beta, {'normed': normed, 'std': std, 'gamma': gamma}


def layernorm_backward(grad_out, cache):
    normed, std = cache['normed'], cache['std']
    D = normed.shape[1]
    g = grad_out * cache['gamma']
    grad_inp = D * g - np.sum(g, axis=1)[:, None] - normed * np.sum(g * normed, axis=1)[:, None]
    grad_inp = old_div(grad_inp, D * std)
    return grad_inp, np.sum(grad_out * normed, axis=0), np.sum(grad_out, axis=0)


def spatial_batchnorm_forward(inp, gamma, beta, params):
    N, C, H, W = inp.shape
    flat = np.transpose(inp, (0, 2, 3, 1)).reshape(-1, C)
    out, cache = batchnorm_forward(flat, gamma, beta, params)
    return np.transpose(out.reshape(N, H, W, C), (0, 3, 1, 2)), cache


def spatial_batchnorm_backward(grad_out, cache):
    N, C, H, W = grad_out.shape
    flat = np.transpose(grad_out, (0, 2, 3, 1)).reshape(-1, C)
    grad_inp, grad_gamma, grad_beta = batchnorm_backward(flat, cache)
    return np.transpose(grad_inp.reshape(N, H, W, C), (0, 3, 1, 2)), grad_gamma, grad_beta


def spatial_groupnorm_forward(inp, gamma, beta, G, params):
    N, C, H, W = inp.shape
    flat = inp.reshape(N * G, -1)
    ones, zeros = np.ones(flat.shape[1]), np.zeros(flat.shape[1])
    normed, cache = layernorm_forward(flat, ones, zeros, params)
    normed = normed.reshape(inp.shape)
    return normed * gamma + beta, {'rows': cache, 'normed': normed, 'gamma': gamma}


def spatial_groupnorm_backward(grad_out, cache):
    g = grad_out * cache['gamma']
    rows = cache['rows']
    grad_inp = layernorm_backward(g.reshape(rows['normed'].shape), rows)[0]
    shape = cache['gamma'].shape
    grad_gamma = np.sum(grad_out * cache['normed'], axis=(0, 2, 3)).reshape(shape)
    grad_beta = np.sum(grad_out, axis=(0, 2, 3)).reshape(shape)
    return grad_inp.reshape(grad_out.shape), grad_gamma, grad_beta
