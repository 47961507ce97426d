"""Map a function of one vector over the columns (or the rows, or the groups) of an array.

The whole lesson is one function of a vector, so I wrote it for a vector and let map, zip and
stack do the rest, like in Haskell. Cache: a list of small tuples, one for each feature.
"""
from functools import reduce
from operator import add, mul

import numpy as np


def affine_forward(x, w, b):
    return np.vstack([row.ravel() @ w + b for row in x]), (x, w)


def affine_backward(dout, cache):
    x, w = cache
    dw = x.reshape(len(x), -1).T @ dout
    return (dout @ w.T).reshape(x.shape), dw, reduce(add, dout)


def relu_forward(x):
    return np.clip(x, 0, np.inf), x


def relu_backward(dout, x):
    return np.select([x > 0], [dout], 0)


def softmax_loss(x, y):
    def one(scores, label):
        p = np.exp(scores - scores.max())
        p = p / p.sum()
        return -np.log(p[label]), p - np.eye(len(p))[label]

    losses, gradients = zip(*map(one, x, y))
    return sum(losses) / len(x), np.array(gradients) / len(x)


def standardize(v, eps):
    """One vector: its normalized form, its mean, its variance."""
    mean = v.sum() / v.size
    deviation = v - mean
    var = deviation.dot(deviation) / v.size
    return deviation / np.sqrt(var + eps), mean, var


def standardize_gradient(d, hat, var, eps):
    return (d - d.mean() - hat * d.dot(hat) / hat.size) / np.sqrt(var + eps)


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get('eps', 1e-5)
    mode = bn_param.get('mode')
    if mode == 'train':
        hats, means, variances = zip(*[standardize(column, eps) for column in x.T])
        momentum = bn_param.get('momentum', 0.9)
        for key, new in (('running_mean', means), ('running_var', variances)):
            old = bn_param.get(key, np.zeros(x.shape[1], x.dtype))
            bn_param[key] = np.array([momentum * o + (1 - momentum) * n for o, n in zip(old, new)])
        x_hat = np.stack(hats, axis=1)
        per_feature = list(zip(hats, variances, gamma))
        stds = np.sqrt(np.array(variances) + eps)
        return x_hat * gamma + beta, [per_feature, eps, (x_hat, gamma / stds)]
    if mode == 'test':
        zeros = np.zeros(x.shape[1], x.dtype)
        columns = zip(x.T, bn_param.get('running_mean', zeros),
                      bn_param.get('running_var', zeros), gamma, beta)
        out = [g * (c - m) / np.sqrt(v + eps) + b for c, m, v, g, b in columns]
        return np.stack(out, axis=1), None
    raise ValueError('mode should be train or test')


def batchnorm_backward(dout, cache):
    per_feature, eps, _ = cache

    def one(d, saved):
        hat, var, g = saved
        return standardize_gradient(d * g, hat, var, eps), d.dot(hat), d.sum()

    dx, dgamma, dbeta = zip(*map(one, dout.T, per_feature))
    return np.stack(dx, axis=1), np.array(dgamma), np.array(dbeta)


def batchnorm_backward_alt(dout, cache):
    _, _, (x_hat, k) = cache
    n = len(dout)
    dgamma, dbeta = (dout * x_hat).sum(0), dout.sum(0)
    # k * dout minus the line through it
    dx = x_hat * (dgamma * (-k / n))
    dx -= dbeta * (k / n)
    dx += k * dout
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    saved = [standardize(row, eps) for row in x]
    out = np.array([hat * gamma + beta for hat, _, _ in saved])
    return out, (saved, gamma, eps)


def layernorm_backward(dout, cache):
    saved, gamma, eps = cache
    dx = np.array([standardize_gradient(d * gamma, hat, var, eps)
                   for d, (hat, _, var) in zip(dout, saved)])
    dgamma = reduce(add, (d * hat for d, (hat, _, _) in zip(dout, saved)))
    return dx, dgamma, reduce(add, dout)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    # a channel is a vector, too
    vectors = np.array([x[:, c].ravel() for c in range(x.shape[1])]).T
    out, cache = batchnorm_forward(vectors, gamma, beta, bn_param)
    n, _, h, w = x.shape
    return np.stack([column.reshape(n, h, w) for column in out.T], axis=1), cache


def spatial_batchnorm_backward(dout, cache):
    n, c, h, w = dout.shape
    vectors = np.array([dout[:, i].ravel() for i in range(c)]).T
    dx, dgamma, dbeta = batchnorm_backward(vectors, cache)
    return np.stack([column.reshape(n, h, w) for column in dx.T], axis=1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    saved = [[standardize(group.ravel(), eps) for group in np.split(image, G)] for image in x]
    x_hat = np.array([np.concatenate([s[0] for s in groups]) for groups in saved])
    x_hat = x_hat.reshape(x.shape)
    return x_hat * gamma + beta, (saved, x_hat, gamma, eps)


def spatial_groupnorm_backward(dout, cache):
    saved, x_hat, gamma, eps = cache
    images = []
    for d, groups in zip(dout * gamma, saved):
        parts = np.split(d, len(groups))
        images.append(np.concatenate([
            standardize_gradient(part.ravel(), hat, var, eps).reshape(part.shape)
            for part, (hat, _, var) in zip(parts, groups)]))
    dgamma = np.apply_over_axes(np.sum, mul(dout, x_hat), [0, 2, 3])
    dbeta = np.apply_over_axes(np.sum, dout, [0, 2, 3])
    return np.array(images), dgamma, dbeta
