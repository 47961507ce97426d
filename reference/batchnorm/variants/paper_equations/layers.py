"""The six equations of the paper, word for word, including the term that is always zero.

dl/dmu has a second term with sum(x - mu), which is zero, but it stands in the paper and so it
stands here. For the faster version I put the equations into each other with sympy on paper.
The cache is the dict of all local variables of the forward pass.
"""
import numpy as np
from numpy import sqrt


def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], np.prod(x.shape[1:])) @ w + b
    return out, dict(x=x, w=w)


def affine_backward(dout, cache):
    x, w = cache['x'], cache['w']
    dx = np.reshape(dout @ w.T, x.shape)
    dw = np.reshape(x, (x.shape[0], -1)).T @ dout
    return dx, dw, dout.sum(0)


def relu_forward(x):
    return np.maximum(0, x), dict(x=x)


def relu_backward(dout, cache):
    return dout * np.heaviside(cache['x'], 0)


def softmax_loss(x, y):
    N = x.shape[0]
    logits = x - x.max(axis=1, keepdims=True)
    Z = np.sum(np.exp(logits), axis=1)
    loss = np.mean(np.log(Z) - logits[np.arange(N), y])
    dx = np.exp(logits) / Z[:, None] / N
    np.subtract.at(dx, (np.arange(N), y), 1 / N)
    return loss, dx


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    m, D = x.shape
    running_mean = bn_param.get('running_mean', np.zeros(D))
    running_var = bn_param.get('running_var', np.zeros(D))

    if bn_param['mode'] == 'train':
        mu_B = 1 / m * np.sum(x, axis=0)
        sigma2_B = 1 / m * np.sum((x - mu_B) ** 2, axis=0)
        x_hat = (x - mu_B) / sqrt(sigma2_B + eps)
        y = gamma * x_hat + beta
        bn_param['running_mean'] = momentum * running_mean + (1 - momentum) * mu_B
        bn_param['running_var'] = momentum * running_var + (1 - momentum) * sigma2_B
    elif bn_param['mode'] == 'test':
        # Algorithm 2, line 11
        denominator = sqrt(running_var + eps)
        y = gamma / denominator * x + (beta - gamma * running_mean / denominator)
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % bn_param['mode'])
    return y, locals()


def batchnorm_backward(dout, cache):
    x, x_hat, gamma, eps, m = (cache[name] for name in ('x', 'x_hat', 'gamma', 'eps', 'm'))
    mu_B, sigma2_B = cache['mu_B'], cache['sigma2_B']
    dl_dy = dout
    dl_dxhat = dl_dy * gamma
    dl_dsigma2 = np.sum(dl_dxhat * (x - mu_B) * -1 / 2 * (sigma2_B + eps) ** (-3 / 2), axis=0)
    dl_dmu = (np.sum(dl_dxhat * -1 / sqrt(sigma2_B + eps), axis=0)
              + dl_dsigma2 * np.sum(-2 * (x - mu_B), axis=0) / m)
    dl_dx = (dl_dxhat * 1 / sqrt(sigma2_B + eps)
             + dl_dsigma2 * 2 * (x - mu_B) / m
             + dl_dmu * 1 / m)
    dl_dgamma = np.sum(dl_dy * x_hat, axis=0)
    dl_dbeta = np.sum(dl_dy, axis=0)
    return dl_dx, dl_dgamma, dl_dbeta


def batchnorm_backward_alt(dout, cache):
    m, x_hat = cache['m'], cache['x_hat']
    s = sqrt(cache['sigma2_B'] + cache['eps'])
    dl_dgamma = np.sum(dout * x_hat, axis=0)
    dl_dbeta = np.sum(dout, axis=0)
    k = cache['gamma'] / s
    dl_dx = k * (dout - x_hat * (dl_dgamma / m) - dl_dbeta / m)
    return dl_dx, dl_dgamma, dl_dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    H = x.shape[1]
    mu = (1 / H * np.sum(x, axis=1)).reshape(-1, 1)
    sigma2 = (1 / H * np.sum((x - mu) ** 2, axis=1)).reshape(-1, 1)
    x_hat = (x - mu) / sqrt(sigma2 + eps)
    return gamma * x_hat + beta, locals()


def layernorm_backward(dout, cache):
    x, x_hat, gamma, mu, H = (cache[name] for name in ('x', 'x_hat', 'gamma', 'mu', 'H'))
    root = sqrt(cache['sigma2'] + cache['eps'])
    dxhat = dout * gamma
    dsigma2 = np.sum(dxhat * (x - mu), axis=1, keepdims=True) * -1 / 2 * root ** -3
    dmu = (np.sum(-dxhat / root, axis=1, keepdims=True)
           + dsigma2 * np.mean(-2 * (x - mu), axis=1, keepdims=True))
    dx = dxhat / root + dsigma2 * 2 * (x - mu) / H + dmu / H
    return dx, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    # section 3.2: m' = m * p * q
    N, C, H, W = x.shape
    flat = x.transpose(1, 0, 2, 3).reshape(C, -1).T
    y, cache = batchnorm_forward(flat, gamma, beta, bn_param)
    return y.T.reshape(C, N, H, W).transpose(1, 0, 2, 3), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    flat = dout.transpose(1, 0, 2, 3).reshape(C, -1).T
    dx, dgamma, dbeta = batchnorm_backward(flat, cache)
    return dx.T.reshape(C, N, H, W).transpose(1, 0, 2, 3), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    # the code of the group norm paper, figure 3
    N, C, H, W = x.shape
    eps = gn_param.get('eps', 1e-5)
    grouped = np.reshape(x, [N, G, C // G, H, W])
    mean = np.mean(grouped, axis=(2, 3, 4), keepdims=True)
    var = np.var(grouped, axis=(2, 3, 4), keepdims=True)
    x_hat = np.reshape((grouped - mean) / sqrt(var + eps), [N, C, H, W])
    return x_hat * gamma + beta, locals()


def spatial_groupnorm_backward(dout, cache):
    N, C, H, W, G = (cache[name] for name in 'NCHWG')
    m = C // G * H * W
    centered = cache['grouped'] - cache['mean']
    root = sqrt(cache['var'] + cache['eps'])
    over = dict(axis=(2, 3, 4), keepdims=True)
    dxhat = np.reshape(dout * cache['gamma'], [N, G, C // G, H, W])
    dvar = np.sum(dxhat * centered, **over) * -1 / 2 * root ** -3
    dmean = np.sum(-dxhat / root, **over) + dvar * np.sum(-2 * centered, **over) / m
    dx = dxhat / root + dvar * 2 * centered / m + dmean / m
    dgamma = np.sum(dout * cache['x_hat'], axis=(0, 2, 3), keepdims=True)
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    return np.reshape(dx, [N, C, H, W]), dgamma, dbeta
