"""Rows are what gets normalized: x.T for batch norm, x for layer norm, one channel after another.

The math is in norm_math.py and the running averages in running.py, both imported by absolute
names. Images are done channel by channel and group by group, each as one row of numbers, with
the same functions; spatial batch norm calls batchnorm_forward for each channel on its own.
"""
import numpy as np

from cs231n import running
from cs231n.norm_math import stats, whiten, whiten_grad


def affine_forward(x, w, b):
    return np.add(np.dot(np.reshape(x, (len(x), -1)), w), b), {'x': x, 'w': w}


def affine_backward(dout, cache):
    x, w = cache['x'], cache['w']
    dx = np.reshape(np.dot(dout, np.transpose(w)), np.shape(x))
    return dx, np.dot(np.transpose(np.reshape(x, (len(x), -1))), dout), np.sum(dout, 0)


def relu_forward(x):
    return np.maximum(x, np.zeros_like(x)), x


def relu_backward(dout, cache):
    return np.multiply(dout, np.greater(cache, 0))


def softmax_loss(x, y):
    N = len(y)
    logp = x - x.max(1, keepdims=True)
    logp = logp - np.log(np.sum(np.exp(logp), 1, keepdims=True))
    loss = -sum(logp[i, y[i]] for i in range(N)) / N
    dx = np.exp(logp)
    for i in range(N):
        dx[i, y[i]] -= 1
    return loss, dx / N


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps = bn_param['mode'], bn_param.get('eps', 1e-5)
    D = x.shape[1]
    if mode == 'train':
        mean, var = stats(x.T)
        hat = whiten(x.T, mean, var, eps).T
        running.store(bn_param, D, mean, var)
        return hat * gamma + beta, (np.ascontiguousarray(hat), var, eps, gamma)
    if mode == 'test':
        mean, var = running.load(bn_param, D)
        return whiten(x, mean, var, eps) * gamma + beta, None
    raise ValueError('Invalid forward batchnorm mode "%s"' % mode)


def batchnorm_backward(dout, cache):
    hat, var, eps, gamma = cache
    # whiten is (a - mean) / root: quotient rule
    root = np.sqrt(var + eps)[:, 0]
    N = len(dout)
    dhat = dout * gamma
    dnumerator = dhat / root
    droot = np.sum(-dhat * hat / root, 0)
    dvar = droot / 2 / root
    da = dnumerator - np.mean(dnumerator, 0)
    da = da + dvar * 2 / N * (hat * root)
    return da, np.sum(dout * hat, 0), np.sum(dout, 0)


def batchnorm_backward_alt(dout, cache):
    hat, var, eps, gamma = cache
    N = len(dout)
    s = np.sum(dout, 0)
    t = np.sum(dout * hat, 0)
    dx = hat * t
    dx += s
    dx /= N
    dx = np.subtract(dout, dx, out=dx)
    dx *= gamma / np.sqrt(np.ravel(var) + eps)
    return dx, t, s


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    mean, var = stats(x)
    hat = whiten(x, mean, var, eps)
    return hat * gamma + beta, (hat, var, eps, gamma)


def layernorm_backward(dout, cache):
    hat, var, eps, gamma = cache
    return whiten_grad(dout * gamma, hat, var, eps), np.sum(dout * hat, 0), np.sum(dout, 0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    C = x.shape[1]
    means, variances = running.load(bn_param, C)
    out, caches, params = np.zeros_like(x), [], []
    for c in range(C):
        # a batch norm of its own, with one feature
        param = dict(bn_param, running_mean=means[c:c + 1], running_var=variances[c:c + 1])
        values, cache = batchnorm_forward(x[:, c].reshape(-1, 1), gamma[c:c + 1], beta[c:c + 1], param)
        out[:, c] = values.reshape(x[:, c].shape)
        caches.append(cache)
        params.append(param)
    for key in running.KEYS:
        bn_param[key] = np.concatenate([param[key] for param in params])
    return out, caches


def spatial_batchnorm_backward(dout, caches):
    dx = np.zeros_like(dout)
    dgamma, dbeta = np.zeros(len(caches)), np.zeros(len(caches))
    for c, cache in enumerate(caches):
        d, g, b = batchnorm_backward(dout[:, c].reshape(-1, 1), cache)
        dx[:, c] = d.reshape(dx[:, c].shape)
        dgamma[c], dbeta[c] = g[0], b[0]
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    N, C, H, W = x.shape
    hats, variances = [], []
    for g in range(G):
        part = x[:, C // G * g:C // G * (g + 1)]
        mean, var = stats(part.reshape(N, -1))
        hats.append(whiten(part.reshape(N, -1), mean, var, eps).reshape(part.shape))
        variances.append(var)
    hat = np.concatenate(hats, axis=1)
    return hat * gamma + beta, (hat, variances, eps, gamma)


def spatial_groupnorm_backward(dout, cache):
    hat, variances, eps, gamma = cache
    G, N = len(variances), len(dout)
    pairs = zip(np.split(dout * gamma, G, axis=1), np.split(hat, G, axis=1), variances)
    dx = [whiten_grad(d.reshape(N, -1), h.reshape(N, -1), var, eps).reshape(d.shape)
          for d, h, var in pairs]
    dgamma = np.array([np.sum(dout[:, c] * hat[:, c]) for c in range(dout.shape[1])])
    dbeta = np.array([np.sum(dout[:, c]) for c in range(dout.shape[1])])
    return np.concatenate(dx, axis=1), dgamma.reshape(gamma.shape), dbeta.reshape(gamma.shape)
