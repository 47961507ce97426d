import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps = bn_param['mode'], bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', .9)
    mean_avg = bn_param.get('running_mean', np.zeros(x.shape[1]))
    var_avg = bn_param.get('running_var', np.zeros(x.shape[1]))
    cache = None
    if mode == 'train':
        # E[x], E[(x - E[x])^2]
        ex = np.mean(x, axis=0)
        vx = np.mean((x - ex) ** 2, axis=0)
        y = (x - ex) / np.sqrt(vx + eps)
        cache = (y, vx, eps, gamma)
        mean_avg = momentum * mean_avg + (1 - momentum) * ex
        var_avg = momentum * var_avg + (1 - momentum) * vx
    elif mode == 'test':
        y = (x - mean_avg) / np.sqrt(var_avg + eps)
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    bn_param['running_mean'] = mean_avg
    bn_param['running_var'] = var_avg
    return gamma * y + beta, cache


def batchnorm_backward(dout, cache):
    y, vx, eps, gamma = cache
    N = y.shape[0]
    dbeta = np.sum(dout, 0)
    dgamma = np.sum(dout * y, 0)
    dy = dout * gamma
    # Jacobian of y for one feature: (I - 1/N - y y^T / N) / sqrt(vx + eps)
    dx = dy - np.ones((N, 1)).dot(np.sum(dy, 0, keepdims=True)) / N
    dx = dx - y * np.sum(dy * y, 0) / N
    dx = dx / np.sqrt(vx + eps)
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    y, vx, eps, gamma = cache
    N = y.shape[0]
    dbeta = np.sum(dout, 0)
    buf = dout * y
    dgamma = np.sum(buf, 0)
    # gamma taken out of the bracket, buf used again
    np.multiply(y, dgamma / N, out=buf)
    buf += dbeta / N
    np.subtract(dout, buf, out=buf)
    buf *= gamma / np.sqrt(vx + eps)
    return buf, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    ex = np.mean(x, 1, keepdims=True)
    vx = np.mean((x - ex) ** 2, 1, keepdims=True)
    y = (x - ex) / np.sqrt(vx + eps)
    return gamma * y + beta, (y, vx, eps, gamma)


def layernorm_backward(dout, cache):
    y, vx, eps, gamma = cache
    dbeta = np.sum(dout, 0)
    dgamma = np.sum(dout * y, 0)
    dy = dout * gamma
    dx = dy - np.mean(dy, 1, keepdims=True) - y * np.mean(dy * y, 1, keepdims=True)
    return dx / np.sqrt(vx + eps), dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    # all pixels below each other, C columns, then it is the normal batch norm
    C = x.shape[1]
    out, cache = batchnorm_forward(x.reshape(-1, C), gamma, beta, bn_param)
    return out.reshape(x.shape), cache


def spatial_batchnorm_backward(dout, cache):
    C = dout.shape[1]
    dx, dgamma, dbeta = batchnorm_backward(dout.reshape(-1, C), cache)
    return dx.reshape(dout.shape), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    N, C, H, W = x.shape
    z = x.reshape(N, G, C // G * H * W)
    ez = np.mean(z, 2, keepdims=True)
    vz = np.mean((z - ez) ** 2, 2, keepdims=True)
    y = ((z - ez) / np.sqrt(vz + eps)).reshape(N, C, H, W)
    return gamma * y + beta, (y, vz, eps, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    y, vz, eps, gamma, G = cache
    N, C, H, W = dout.shape
    dbeta = np.sum(dout, (0, 2, 3), keepdims=True)
    dgamma = np.sum(dout * y, (0, 2, 3), keepdims=True)
    dy = (dout * gamma).reshape(N, G, -1)
    y = y.reshape(N, G, -1)
    dx = dy - np.mean(dy, 2, keepdims=True) - y * np.mean(dy * y, 2, keepdims=True)
    dx = dx / np.sqrt(vz + eps)
    return dx.reshape(N, C, H, W), dgamma, dbeta
