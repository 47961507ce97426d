import numpy as np

# keepdims everywhere, then the shapes always fit


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    D = x.shape[1]
    running_mean = bn_param.get('running_mean', np.zeros(D))
    running_var = bn_param.get('running_var', np.zeros(D))

    if mode == 'train':
        mean = x.mean(axis=0, keepdims=True)
        var = x.var(axis=0, keepdims=True)
        root = np.sqrt(var + eps)
        norm = (x - mean) / root
        out = norm * gamma + beta
        # [0] because the running averages are (D,)
        bn_param['running_mean'] = momentum * running_mean + (1 - momentum) * mean[0]
        bn_param['running_var'] = momentum * running_var + (1 - momentum) * var[0]
        return out, (x, mean, root, norm, gamma)

    if mode == 'test':
        norm = (x - running_mean) / np.sqrt(running_var + eps)
        return norm * gamma + beta, None

    raise ValueError('Invalid forward batchnorm mode "%s"' % mode)


def batchnorm_backward(dout, cache):
    x, mean, root, norm, gamma = cache
    N = x.shape[0]
    centered = x - mean

    # step 1: out = norm * gamma + beta
    dgamma = np.sum(dout * norm, axis=0, keepdims=True)
    dbeta = np.sum(dout, axis=0, keepdims=True)
    dnorm = dout * gamma

    # step 2: norm = centered / root
    dcentered = dnorm / root
    droot = np.sum(dnorm * centered, axis=0, keepdims=True) * -1 / (root * root)

    # step 3: root = sqrt(var + eps)
    dvar = droot / (2 * root)

    # step 4: var = mean of centered squared
    dcentered = dcentered + 2 * centered * dvar / N

    # step 5: centered = x - mean
    dmean = -np.sum(dcentered, axis=0, keepdims=True)
    dx = dcentered + dmean / N

    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    _, _, root, norm, gamma = cache
    N = dout.shape[0]
    dgamma = np.einsum('ij,ij->j', dout, norm)
    dbeta = dout.sum(axis=0)
    dx = dout - norm * (dgamma / N)
    dx -= dbeta / N
    dx *= gamma / root
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    mean = x.mean(axis=1, keepdims=True)
    root = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    norm = (x - mean) / root
    return norm * gamma + beta, (norm, root, gamma)


def layernorm_backward(dout, cache):
    norm, root, gamma = cache
    dgamma = np.sum(dout * norm, axis=0)
    dbeta = np.sum(dout, axis=0)
    dnorm = dout * gamma
    dx = dnorm - dnorm.mean(axis=1, keepdims=True)
    dx = dx - norm * np.mean(dnorm * norm, axis=1, keepdims=True)
    return dx / root, dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    x_flat = np.transpose(x, (0, 2, 3, 1)).reshape((N * H * W, C))
    out_flat, cache = batchnorm_forward(x_flat, gamma, beta, bn_param)
    out = np.transpose(out_flat.reshape((N, H, W, C)), (0, 3, 1, 2))
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dout_flat = np.transpose(dout, (0, 2, 3, 1)).reshape((N * H * W, C))
    dx_flat, dgamma, dbeta = batchnorm_backward(dout_flat, cache)
    dx = np.transpose(dx_flat.reshape((N, H, W, C)), (0, 3, 1, 2))
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    N, C, H, W = x.shape
    xg = x.reshape((N, G, -1))
    mean = xg.mean(axis=2, keepdims=True)
    root = np.sqrt(xg.var(axis=2, keepdims=True) + eps)
    norm = ((xg - mean) / root).reshape(x.shape)
    return norm * gamma + beta, (norm, root, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    norm, root, gamma, G = cache
    N, C, H, W = dout.shape
    dgamma = np.sum(dout * norm, axis=(0, 2, 3), keepdims=True)
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    dnorm = (dout * gamma).reshape((N, G, -1))
    norm = norm.reshape((N, G, -1))
    dx = dnorm - dnorm.mean(axis=2, keepdims=True)
    dx = dx - norm * np.mean(dnorm * norm, axis=2, keepdims=True)
    return (dx / root).reshape(dout.shape), dgamma, dbeta
