import numpy as np

EPS = 1e-5


def batchnorm_forward(x, gamma, beta, bn_param):
    """ batch norm like in the slides: subtract mean, divide by std, scale and shift """
    mode = bn_param['mode']
    eps = bn_param.get('eps', EPS)
    momentum = bn_param.get('momentum', 0.9)

    N, D = x.shape
    running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))

    out, cache = None, None
    if mode == 'train':
        mean = np.sum(x, axis=0) / N
        xc = x - mean
        var = np.sum(xc * xc, axis=0) / N
        std = np.sqrt(var)
        # eps so that we never divide by zero
        denom = std + eps
        xn = xc / denom
        out = gamma * xn + beta
        cache = (xn, xc, std, denom, gamma)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    elif mode == 'test':
        xn = (x - running_mean) / (np.sqrt(running_var) + eps)
        out = gamma * xn + beta
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    xn, xc, std, denom, gamma = cache
    N, D = dout.shape

    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xn, axis=0)
    dxn = dout * gamma

    # xn = xc / denom
    dxc = dxn / denom
    ddenom = -np.sum(dxn * xc, axis=0) / denom ** 2
    # denom = sqrt(var) + eps, so eps drops out here
    dvar = ddenom * 0.5 / std
    # var = sum(xc * xc) / N
    dxc += 2.0 / N * xc * dvar
    # xc = x - mean
    dmean = -np.sum(dxc, axis=0)
    dx = dxc + dmean / N
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    xn, xc, std, denom, gamma = cache
    N = dout.shape[0]
    dbeta = dout.sum(0)
    dgamma = (dout * xn).sum(0)
    # one denom and one std, they are not the same (checked with the numerical gradient)
    dx = gamma / denom * (dout - dbeta / N - xc * (dgamma / (N * std)))
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    # here I took the formula of the layer norm paper
    eps = ln_param.get('eps', EPS)
    H = x.shape[1]
    mean = np.sum(x, axis=1, keepdims=True) / H
    var = np.sum((x - mean) ** 2, axis=1, keepdims=True) / H
    s = np.sqrt(var + eps)
    xn = (x - mean) / s
    out = gamma * xn + beta
    return out, (xn, s, gamma)


def layernorm_backward(dout, cache):
    xn, s, gamma = cache
    H = xn.shape[1]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xn, axis=0)
    d = dout * gamma
    dx = H * d - np.sum(d, axis=1, keepdims=True) - xn * np.sum(d * xn, axis=1, keepdims=True)
    dx = dx / (H * s)
    return dx, dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    raise NotImplementedError


def spatial_batchnorm_backward(dout, cache):
    raise NotImplementedError


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    raise NotImplementedError


def spatial_groupnorm_backward(dout, cache):
    raise NotImplementedError
