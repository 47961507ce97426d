import numpy as np

# Everything in place where possible, saves a lot of memory for big batches.


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    _, D = x.shape
    if 'running_mean' not in bn_param:
        bn_param['running_mean'] = np.zeros(D, dtype=x.dtype)
    if 'running_var' not in bn_param:
        bn_param['running_var'] = np.zeros(D, dtype=x.dtype)

    if mode == 'train':
        mean = x.mean(axis=0)
        x -= mean                       # centred now
        var = (x * x).mean(axis=0)
        scale = 1 / np.sqrt(var + eps)
        x *= scale                      # x is now x hat
        out = x * gamma
        out += beta
        bn_param['running_mean'] = momentum * bn_param['running_mean'] + (1 - momentum) * mean
        bn_param['running_var'] = momentum * bn_param['running_var'] + (1 - momentum) * var
        cache = (x, scale, gamma)
    elif mode == 'test':
        out = x - bn_param['running_mean']
        out /= np.sqrt(bn_param['running_var'] + eps)
        out *= gamma
        out += beta
        cache = ()
    else:
        raise ValueError('mode is %s but should be train or test' % (mode,))
    return out, cache


def batchnorm_backward(dout, cache):
    xhat, scale, gamma = cache
    N = len(xhat)
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)

    dxhat = dout * gamma
    # through the scale: scale = (var + eps) ** -0.5, centred = xhat / scale
    dscale = (dxhat * xhat).sum(axis=0) / scale
    dvar = -0.5 * scale ** 3 * dscale
    dcentred = dxhat * scale
    dcentred += (2 / N) * dvar / scale * xhat
    # through the mean
    dcentred -= dcentred.mean(axis=0)
    return dcentred, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    xhat, scale, gamma = cache
    N = len(xhat)
    dbeta = dout.sum(axis=0)
    dx = dout * xhat
    dgamma = dx.sum(axis=0)
    # the same buffer again, this time for the result
    np.multiply(xhat, -dgamma / N, out=dx)
    dx += dout
    dx -= dbeta / N
    dx *= gamma * scale
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    xhat = x - x.mean(axis=1, keepdims=True)
    scale = 1 / np.sqrt((xhat * xhat).mean(axis=1, keepdims=True) + eps)
    xhat *= scale
    out = xhat * gamma
    out += beta
    return out, (xhat, scale, gamma)


def layernorm_backward(dout, cache):
    xhat, scale, gamma = cache
    dbeta = dout.sum(axis=0)
    tmp = dout * xhat
    dgamma = tmp.sum(axis=0)
    dx = dout * gamma
    tmp *= gamma
    inner = tmp.mean(axis=1, keepdims=True)
    dx -= dx.mean(axis=1, keepdims=True)
    dx -= xhat * inner
    dx *= scale
    return dx, dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    # astype copies, otherwise a 1x1 image would be written into
    N, C, H, W = x.shape
    pixels = x.transpose(0, 2, 3, 1).astype(x.dtype).reshape(-1, C)
    out, cache = batchnorm_forward(pixels, gamma, beta, bn_param)
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    pixels = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward_alt(pixels, cache)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    N, C, H, W = x.shape
    xhat = x.reshape(N, G, -1) - x.reshape(N, G, -1).mean(axis=2, keepdims=True)
    scale = 1 / np.sqrt((xhat * xhat).mean(axis=2, keepdims=True) + eps)
    xhat *= scale
    out = xhat.reshape(N, C, H, W) * gamma
    out += beta
    return out, (xhat, scale, gamma)


def spatial_groupnorm_backward(dout, cache):
    xhat, scale, gamma = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3)).reshape(1, C, 1, 1)
    dgamma = (dout * xhat.reshape(dout.shape)).sum(axis=(0, 2, 3)).reshape(1, C, 1, 1)
    dx = (dout * gamma).reshape(xhat.shape)
    inner = (dx * xhat).mean(axis=2, keepdims=True)
    dx -= dx.mean(axis=2, keepdims=True)
    dx -= xhat * inner
    dx *= scale
    return dx.reshape(dout.shape), dgamma, dbeta
