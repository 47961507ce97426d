"""Everything by plain Python loops over lists of numbers, one feature or one example at a time.

I do not trust myself with axis= and broadcasting, so I turn the arrays into lists, do the sums
from the lecture by hand (math.fsum, so that nothing is lost to rounding) and turn the result
back into an array at the end. Only the alternative backward is NumPy, since it has to be fast.
"""
import math

import numpy as np


def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1).dot(w) + b
    return out, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    return dx, dw, dout.sum(axis=0)


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def softmax_loss(x, y):
    """One example after the other."""
    loss = 0.0
    dx = []
    for scores, label in zip(x.tolist(), y.tolist()):
        highest = max(scores)
        exps = [math.exp(s - highest) for s in scores]
        total = sum(exps)
        loss -= math.log(exps[label] / total)
        dx.append([e / total / len(x) for e in exps])
        dx[-1][label] -= 1 / len(x)
    return loss / len(x), np.array(dx)


def mean_and_variance(values):
    n = len(values)
    mean = math.fsum(values) / n
    variance = math.fsum([(v - mean) ** 2 for v in values]) / n
    return mean, variance


def normalize(values, mean, variance, eps):
    std = math.sqrt(variance + eps)
    return [(v - mean) / std for v in values]


def normalize_backward(dhat, hat, variance, eps):
    """Gradient of `normalize` for one list of numbers, mean and variance included."""
    n = len(hat)
    std = math.sqrt(variance + eps)
    # variance path: x - mean is hat * std
    dvar = sum([d * h * std for d, h in zip(dhat, hat)]) * -0.5 / std ** 3
    # mean path: the variance does not move with the mean
    dmean = -sum(dhat) / std
    return [d / std + dvar * 2 * h * std / n + dmean / n for d, h in zip(dhat, hat)]


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    if mode != 'train' and mode != 'test':
        raise ValueError('mode has to be train or test, but is ' + repr(mode))
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    N, D = x.shape
    running_mean = bn_param.get('running_mean', [0.0] * D)
    running_var = bn_param.get('running_var', [0.0] * D)

    x_hat = np.zeros(x.shape)
    new_mean, new_var, columns, hats, variances = [], [], [], [], []
    for j, column in enumerate(x.T.tolist()):
        if mode == 'train':
            mean, variance = mean_and_variance(column)
            new_mean.append(momentum * running_mean[j] + (1 - momentum) * mean)
            new_var.append(momentum * running_var[j] + (1 - momentum) * variance)
        else:
            mean, variance = running_mean[j], running_var[j]
        hat = normalize(column, mean, variance, eps)
        g, b = float(gamma[j]), float(beta[j])
        columns.append([g * h + b for h in hat])
        hats.append(hat)
        variances.append(variance)
        x_hat[:, j] = hat

    out = np.array(columns, dtype=x.dtype).T
    if mode == 'test':
        return out, None
    bn_param['running_mean'] = np.array(new_mean, dtype=x.dtype)
    bn_param['running_var'] = np.array(new_var, dtype=x.dtype)
    cache = {'hats': hats, 'variances': variances, 'gamma': gamma, 'eps': eps,
             'x_hat': x_hat, 'std': np.sqrt(np.array(variances) + eps)}
    return out, cache


def batchnorm_backward(dout, cache):
    dx, dgamma, dbeta = [], [], []
    for j, upstream in enumerate(dout.T.tolist()):
        hat = cache['hats'][j]
        dbeta.append(sum(upstream))
        dgamma.append(sum([d * h for d, h in zip(upstream, hat)]))
        g = float(cache['gamma'][j])
        dhat = [d * g for d in upstream]
        dx.append(normalize_backward(dhat, hat, cache['variances'][j], cache['eps']))
    return np.array(dx).T, np.array(dgamma), np.array(dbeta)


def batchnorm_backward_alt(dout, cache):
    x_hat, N = cache['x_hat'], len(dout)
    dgamma = (dout * x_hat).sum(0)
    dbeta = dout.sum(0)
    dx = dout - x_hat * (dgamma / N)
    dx -= dbeta / N
    dx *= cache['gamma'] / cache['std']
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    gammas, betas = gamma.tolist(), beta.tolist()
    out, hats, variances = [], [], []
    for row in x.tolist():
        mean, variance = mean_and_variance(row)
        hat = normalize(row, mean, variance, eps)
        out.append([g * h + b for g, h, b in zip(gammas, hat, betas)])
        hats.append(hat)
        variances.append(variance)
    return np.array(out, dtype=x.dtype), [hats, variances, gammas, eps]


def layernorm_backward(dout, cache):
    hats, variances, gammas, eps = cache
    D = len(gammas)
    dx, dgamma, dbeta = [], [0.0] * D, [0.0] * D
    for i, upstream in enumerate(dout.tolist()):
        for j in range(D):
            dbeta[j] += upstream[j]
            dgamma[j] += upstream[j] * hats[i][j]
        dhat = [d * g for d, g in zip(upstream, gammas)]
        dx.append(normalize_backward(dhat, hats[i], variances[i], eps))
    return np.array(dx), np.array(dgamma), np.array(dbeta)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    # one row a pixel, collected pixel by pixel
    N, C, H, W = x.shape
    pixels = np.array([x[n, :, h, w] for n in range(N) for h in range(H) for w in range(W)])
    rows, cache = batchnorm_forward(pixels, gamma, beta, bn_param)
    return to_images(rows, x.shape), cache


def to_images(rows, shape):
    N, C, H, W = shape
    images = np.zeros(shape, dtype=rows.dtype)
    i = 0
    for n in range(N):
        for h in range(H):
            for w in range(W):
                images[n, :, h, w] = rows[i]
                i += 1
    return images


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    pixels = np.array([dout[n, :, h, w] for n in range(N) for h in range(H) for w in range(W)])
    dx, dgamma, dbeta = batchnorm_backward(pixels, cache)
    return to_images(dx, dout.shape), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    N, C, H, W = x.shape
    size = C // G
    x_hat = np.zeros_like(x)
    variances = {}
    for n in range(N):
        for g in range(G):
            group = x[n, g * size:(g + 1) * size]
            values = group.ravel().tolist()
            mean, variance = mean_and_variance(values)
            hat = normalize(values, mean, variance, eps)
            x_hat[n, g * size:(g + 1) * size] = np.reshape(hat, group.shape)
            variances[n, g] = variance
    out = np.zeros_like(x)
    for c in range(C):
        out[:, c] = gamma.flat[c] * x_hat[:, c] + beta.flat[c]
    return out, {'x_hat': x_hat, 'variances': variances, 'gamma': gamma, 'size': size, 'eps': eps}


def spatial_groupnorm_backward(dout, cache):
    x_hat, gamma, size = cache['x_hat'], cache['gamma'], cache['size']
    dgamma, dbeta = np.zeros(gamma.shape), np.zeros(gamma.shape)
    dhat = np.zeros(dout.shape)
    for c in range(dout.shape[1]):
        dgamma.flat[c] = np.sum(dout[:, c] * x_hat[:, c])
        dbeta.flat[c] = np.sum(dout[:, c])
        dhat[:, c] = dout[:, c] * gamma.flat[c]
    dx = np.zeros(dout.shape)
    for (n, g), variance in cache['variances'].items():
        group = slice(g * size, (g + 1) * size)
        d = normalize_backward(dhat[n, group].ravel().tolist(), x_hat[n, group].ravel().tolist(),
                               variance, cache['eps'])
        dx[n, group] = np.reshape(d, dx[n, group].shape)
    return dx, dgamma, dbeta
