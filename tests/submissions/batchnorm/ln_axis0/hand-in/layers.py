import numpy as np


########################################################################
#                         BATCH NORM                                   #
########################################################################

def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)

    N, D = x.shape
    running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))

    if mode == 'train':
        sample_mean = np.mean(x, axis=0)
        sample_var = np.var(x, axis=0)
        rstd = 1 / np.sqrt(sample_var + eps)
        x_hat = (x - sample_mean) * rstd
        out = gamma * x_hat + beta

        running_mean = momentum * running_mean + (1 - momentum) * sample_mean
        running_var = momentum * running_var + (1 - momentum) * sample_var
        bn_param['running_mean'], bn_param['running_var'] = running_mean, running_var
        cache = (x_hat, rstd, gamma)
    elif mode == 'test':
        x_hat = (x - running_mean) / np.sqrt(running_var + eps)
        out = gamma * x_hat + beta
        cache = None
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    return out, cache


def batchnorm_backward(dout, cache):
    x_hat, rstd, gamma = cache
    N, D = x_hat.shape

    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx_hat = dout * gamma

    x_mu = x_hat / rstd                                   # x - mean
    dvar = np.sum(dx_hat * x_mu, axis=0) * -0.5 * rstd**3
    dmean = np.sum(dx_hat * -rstd, axis=0)                # other part is 0
    dx = dx_hat * rstd + dvar * 2 * x_mu / N + dmean / N
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    x_hat, rstd, gamma = cache
    N = x_hat.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx = dout - (x_hat * (dgamma / N) + dbeta / N)
    dx *= gamma * rstd
    return dx, dgamma, dbeta


########################################################################
#                         LAYER NORM                                   #
# no running averages and no modes, everything else same as batch norm #
########################################################################

def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)

    sample_mean = np.mean(x, axis=0)
    sample_var = np.var(x, axis=0)
    rstd = 1 / np.sqrt(sample_var + eps)
    x_hat = (x - sample_mean) * rstd
    out = gamma * x_hat + beta
    cache = (x_hat, rstd, gamma)
    return out, cache


def layernorm_backward(dout, cache):
    # gradient check gives 1e-9, so this is fine
    x_hat, rstd, gamma = cache
    N, D = x_hat.shape

    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx_hat = dout * gamma

    x_mu = x_hat / rstd
    dvar = np.sum(dx_hat * x_mu, axis=0) * -0.5 * rstd**3
    dmean = np.sum(dx_hat * -rstd, axis=0)
    dx = dx_hat * rstd + dvar * 2 * x_mu / N + dmean / N
    return dx, dgamma, dbeta


########################################################################
#                         SPATIAL                                      #
########################################################################

def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    x2 = x.transpose(0, 3, 2, 1).reshape(N * H * W, C)
    out2, cache = batchnorm_forward(x2, gamma, beta, bn_param)
    out = out2.reshape(N, W, H, C).transpose(0, 3, 2, 1)
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dout2 = dout.transpose(0, 3, 2, 1).reshape(N * H * W, C)
    dx2, dgamma, dbeta = batchnorm_backward(dout2, cache)
    dx = dx2.reshape(N, W, H, C).transpose(0, 3, 2, 1)
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    N, C, H, W = x.shape
    # one row for each (example, group)
    xg = x.reshape(N * G, -1)
    mean = np.mean(xg, axis=1, keepdims=True)
    var = np.var(xg, axis=1, keepdims=True)
    rstd = 1 / np.sqrt(var + eps)
    x_hat = (xg - mean) * rstd
    out = x_hat.reshape(x.shape) * gamma + beta
    cache = (x_hat, rstd, gamma)
    return out, cache


def spatial_groupnorm_backward(dout, cache):
    x_hat, rstd, gamma = cache
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    dgamma = np.sum(dout * x_hat.reshape(dout.shape), axis=(0, 2, 3), keepdims=True)

    M = x_hat.shape[1]
    dx_hat = (dout * gamma).reshape(x_hat.shape)
    x_mu = x_hat / rstd
    dvar = np.sum(dx_hat * x_mu, axis=1, keepdims=True) * -0.5 * rstd**3
    dmean = np.sum(dx_hat * -rstd, axis=1, keepdims=True)
    dx = dx_hat * rstd + dvar * 2 * x_mu / M + dmean / M
    return dx.reshape(dout.shape), dgamma, dbeta
