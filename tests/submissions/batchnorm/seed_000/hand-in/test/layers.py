import numpy as np


def affine_forward(x, w, b):
    N = x.shape[0]
    out = np.dot(np.reshape(x, (N, -1)), w) + b
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    x, w, b = cache
    N = x.shape[0]
    X = np.reshape(x, (N, -1))
    dx = np.reshape(np.dot(dout, w.T), x.shape)
    dw = np.dot(X.T, dout)
    db = np.sum(dout, 0)
    return dx, dw, db


def relu_forward(x):
    return x * (x > 0), x


def relu_backward(dout, cache):
    return dout * (cache > 0)


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    N, D = x.shape
    running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))

    cache = None
    if mode == 'train':
        m = np.sum(x, axis=0) / N
        centered = x - m
        v = np.sum(centered * centered, axis=0) / N
        s = np.sqrt(v + eps)
        xn = centered / s
        out = xn * gamma + beta
        cache = (centered, s, xn, gamma)
        running_mean = running_mean * momentum + m * (1 - momentum)
        running_var = running_var * momentum + v * (1 - momentum)
    elif mode == 'test':
        out = gamma * ((x - running_mean) / np.sqrt(running_var + eps)) + beta
    else:
        raise ValueError('mode must be train or test: "%s"' % mode)

    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    centered, s, xn, gamma = cache
    N, D = dout.shape

    dbeta = dout.sum(0)
    dgamma = (dout * xn).sum(0)

    dxn = dout * gamma
    # two ways from x to xn: the difference on top, and the root below
    dcentered = dxn / s
    ds = (dxn * -centered / s**2).sum(0)
    dv = ds * 0.5 / s
    dcentered = dcentered + centered * (2.0 / N) * dv
    dm = -dcentered.sum(0)
    dx = dcentered + dm / N
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    dx, dgamma, dbeta = None, None, None
    # TODO: did not find the short formula
    return dx, dgamma, dbeta


def softmax_loss(x, y):
    N = x.shape[0]
    e = np.exp(x - np.max(x, axis=1).reshape(N, 1))
    p = e / np.sum(e, axis=1).reshape(N, 1)
    loss = -np.sum(np.log(p[range(N), y])) / N
    p[range(N), y] -= 1
    return loss, p / N
