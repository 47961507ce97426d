import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)

    N, D = x.shape
    running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))

    if mode == 'train':
        mu = np.mean(x, axis=0)
        var = np.mean((x - mu) ** 2, axis=0)
        std = np.sqrt(var + eps)
        x_hat = (x - mu) / std
        out = gamma * x_hat + beta
        cache = {'x': x, 'mu': mu, 'std': std, 'x_hat': x_hat, 'gamma': gamma}
        bn_param['running_mean'] = momentum * running_mean + (1 - momentum) * mu
        bn_param['running_var'] = momentum * running_var + (1 - momentum) * var
    elif mode == 'test':
        x_hat = (x - running_mean) / np.sqrt(running_var + eps)
        out = gamma * x_hat + beta
        cache = {}
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    return out, cache


def batchnorm_backward(dout, cache):
    x, mu, std = cache['x'], cache['mu'], cache['std']
    x_hat, gamma = cache['x_hat'], cache['gamma']
    N, D = x.shape
    dx = np.zeros_like(x)
    dgamma = np.zeros(D)
    dbeta = np.zeros(D)

    # one feature at a time, the matrix version did my head in
    j = 0
    while j < D:
        dbeta[j] = np.sum(dout[:, j])
        dgamma[j] = np.sum(dout[:, j] * x_hat[:, j])
        dxh = dout[:, j] * gamma[j]
        dstd = -np.sum(dxh * (x[:, j] - mu[j])) / std[j] ** 2
        dvar = dstd / (2 * std[j])
        i = 0
        while i < N:
            dx[i, j] = dxh[i] / std[j] + dvar * 2 * (x[i, j] - mu[j]) / N
            i += 1
        dx[:, j] -= np.mean(dx[:, j])
        # next feature
        i += 1

    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    # this one is fine and returns at once, the other one takes very long for some reason
    x_hat, std, gamma = cache['x_hat'], cache['std'], cache['gamma']
    N = dout.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx = dout - x_hat * (dgamma / N) - dbeta / N
    dx *= gamma / std
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    mu = np.mean(x, axis=1).reshape(-1, 1)
    std = np.sqrt(np.var(x, axis=1) + eps).reshape(-1, 1)
    x_hat = (x - mu) / std
    out = gamma * x_hat + beta
    cache = {'std': std, 'x_hat': x_hat, 'gamma': gamma}
    return out, cache


def layernorm_backward(dout, cache):
    std, x_hat, gamma = cache['std'], cache['x_hat'], cache['gamma']
    D = x_hat.shape[1]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dxh = dout * gamma
    a = np.sum(dxh, axis=1).reshape(-1, 1)
    b = np.sum(dxh * x_hat, axis=1).reshape(-1, 1)
    dx = (dxh - a / D - x_hat * b / D) / std
    return dx, dgamma, dbeta


# ---------------------------------------------------------------- bonus
# only spatial batchnorm, ran out of time for group norm

def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    x_rows = x.transpose((0, 2, 3, 1)).reshape((-1, C))
    out_rows, cache = batchnorm_forward(x_rows, gamma, beta, bn_param)
    out = out_rows.reshape((N, H, W, C)).transpose((0, 3, 1, 2))
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dout_rows = dout.transpose((0, 2, 3, 1)).reshape((-1, C))
    dx_rows, dgamma, dbeta = batchnorm_backward_alt(dout_rows, cache)
    dx = dx_rows.reshape((N, H, W, C)).transpose((0, 3, 1, 2))
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    raise NotImplementedError('no time')


def spatial_groupnorm_backward(dout, cache):
    raise NotImplementedError('no time')
