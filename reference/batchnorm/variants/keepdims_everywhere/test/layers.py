"""Every statistic keeps its axis: means and variances have shape (1, D), also the running ones.

I lost two evenings to broadcasting errors and since then nothing in my code has only one axis.
gamma and beta become rows at the beginning, and their gradients lose the axis again at the end.
"""
import numpy as np

K = dict(keepdims=True)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b[np.newaxis, :], [x, w]


def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(0, **K)[0]


def relu_forward(x):
    return (x > 0) * x, x


def relu_backward(dout, cache):
    return (cache > 0) * dout


def softmax_loss(x, y):
    y = y.reshape(-1, 1)
    x = x - x.max(1, **K)
    p = np.exp(x) / np.exp(x).sum(1, **K)
    loss = -np.log(np.take_along_axis(p, y, axis=1)).mean()
    dx = p.copy()
    np.put_along_axis(dx, y, np.take_along_axis(p, y, axis=1) - 1, axis=1)
    return loss, dx / y.shape[0]


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    N, D = x.shape
    gamma, beta = gamma.reshape(1, D), beta.reshape(1, D)
    running_mean = np.reshape(bn_param.get("running_mean", np.zeros((1, D), x.dtype)), (1, D))
    running_var = np.reshape(bn_param.get("running_var", np.zeros((1, D), x.dtype)), (1, D))

    if mode == "train":
        mean = np.mean(x, axis=0, **K)
        var = np.var(x, axis=0, **K)
        std = np.sqrt(var + eps)
        x_norm = (x - mean) / std
        bn_param["running_mean"] = momentum * running_mean + (1.0 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1.0 - momentum) * var
    elif mode == "test":
        std = np.sqrt(running_var + eps)
        x_norm = (x - running_mean) / std
    else:
        raise ValueError("Invalid forward batchnorm mode " + mode)
    return gamma * x_norm + beta, [x_norm, std, gamma]


def batchnorm_backward(dout, cache):
    x_norm, std, gamma = cache
    N = dout.shape[0]
    dgamma = np.sum(dout * x_norm, axis=0, **K)
    dbeta = np.sum(dout, axis=0, **K)
    dx_norm = dout * gamma

    # x_norm = centered / std, and centered is x_norm * std
    centered = x_norm * std
    dstd = np.sum(dx_norm * centered, axis=0, **K) * -(std ** -2)
    dvar = dstd * 0.5 / std
    dcentered = dx_norm / std + dvar * 2 * centered / N
    dmean = -np.sum(dcentered, axis=0, **K)
    dx = dcentered + dmean / N
    return dx, dgamma[0], dbeta[0]


def batchnorm_backward_alt(dout, cache):
    x_norm, std, gamma = cache
    scale = gamma / std
    dgamma = np.sum(dout * x_norm, axis=0, **K)
    dbeta = np.sum(dout, axis=0, **K)
    dx = x_norm * (dgamma / dout.shape[0])
    dx += dbeta / dout.shape[0]
    dx = scale * (dout - dx)
    return dx, dgamma[0], dbeta[0]


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    gamma, beta = gamma.reshape(1, -1), beta.reshape(1, -1)
    mean, std = x.mean(1, **K), np.sqrt(x.var(1, **K) + eps)
    x_norm = (x - mean) / std
    return gamma * x_norm + beta, [x_norm, std, gamma]


def layernorm_backward(dout, cache):
    x_norm, std, gamma = cache
    dgamma = np.sum(dout * x_norm, axis=0, **K)
    dbeta = np.sum(dout, axis=0, **K)
    g = dout * gamma
    dx = (g - g.mean(1, **K) - x_norm * (g * x_norm).mean(1, **K)) / std
    return dx, dgamma.squeeze(axis=0), dbeta.squeeze(axis=0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    # no reshaping: the statistics are (1, C, 1, 1)
    N, C, H, W = x.shape
    axes = (0, 2, 3)
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    gamma, beta = gamma.reshape(1, C, 1, 1), beta.reshape(1, C, 1, 1)
    old_mean = np.reshape(bn_param.get("running_mean", np.zeros(C, x.dtype)), (1, C, 1, 1))
    old_var = np.reshape(bn_param.get("running_var", np.zeros(C, x.dtype)), (1, C, 1, 1))
    if bn_param["mode"] == "train":
        mean, var = x.mean(axes, **K), x.var(axes, **K)
        bn_param["running_mean"] = momentum * old_mean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * old_var + (1 - momentum) * var
    elif bn_param["mode"] == "test":
        mean, var = old_mean, old_var
    else:
        raise ValueError("Invalid forward batchnorm mode " + bn_param["mode"])
    std = np.sqrt(var + eps)
    x_norm = (x - mean) / std
    return gamma * x_norm + beta, [x_norm, std, gamma]


def spatial_batchnorm_backward(dout, cache):
    x_norm, std, gamma = cache
    axes = (0, 2, 3)
    g = dout * gamma
    dx = (g - g.mean(axes, **K) - x_norm * (g * x_norm).mean(axes, **K)) / std
    return dx, (dout * x_norm).sum(axes, **K).reshape(-1), dout.sum(axes, **K).reshape(-1)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    axes = (2, 3, 4)
    groups = x.reshape(N, G, C // G, H, W)
    std = np.sqrt(groups.var(axes, **K) + gn_param.get("eps", 1e-5))
    x_norm = (groups - groups.mean(axes, **K)) / std
    return gamma * x_norm.reshape(x.shape) + beta, [x_norm, std, gamma]


def spatial_groupnorm_backward(dout, cache):
    x_norm, std, gamma = cache
    axes = (2, 3, 4)
    g = (dout * gamma).reshape(x_norm.shape)
    dx = (g - g.mean(axes, **K) - x_norm * (g * x_norm).mean(axes, **K)) / std
    dgamma = (dout * x_norm.reshape(dout.shape)).sum((0, 2, 3), **K)
    return dx.reshape(dout.shape), dgamma, dout.sum((0, 2, 3), **K)
