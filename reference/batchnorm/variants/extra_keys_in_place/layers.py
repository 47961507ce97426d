"""bn_param is my notebook: it remembers the last batch, a counter, and whatever helped debugging.

The running averages are made once with setdefault and then changed in place (*= and +=) like the
buffers in PyTorch. The cache is a list that grows while the forward pass goes on.
"""
import numpy as np

DEBUG = True


def log(*words):
    if DEBUG:
        print("[layers]", *words)


def affine_forward(x, w, b):
    out = np.empty((x.shape[0], w.shape[1]), dtype=np.result_type(x, w))
    np.dot(x.reshape(x.shape[0], -1), w, out=out)
    out += b
    return out, [x, w]


def affine_backward(dout, cache):
    x, w = cache
    dx = np.dot(dout, w.T).reshape(x.shape)
    return dx, np.dot(x.reshape(x.shape[0], -1).T, dout), np.add.reduce(dout, axis=0)


def relu_forward(x):
    out = x.copy()
    out[out < 0] = 0
    return out, out


def relu_backward(dout, cache):
    dx = dout.copy()
    dx[cache == 0] = 0
    return dx


def softmax_loss(x, y):
    p = x - x.max(axis=1, keepdims=True)
    np.exp(p, out=p)
    p /= np.add.reduce(p, axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean()
    p[np.arange(len(y)), y] -= 1
    p /= len(y)
    return loss, p


def batchnorm_forward(x, gamma, beta, bn_param):
    cache = []
    mode = bn_param["mode"]
    if mode not in ("train", "test"):
        raise ValueError("mode: " + str(mode))
    eps = bn_param.setdefault("eps", 1e-5)
    momentum = bn_param.setdefault("momentum", 0.9)
    running_mean = bn_param.setdefault("running_mean", np.zeros(x.shape[1], dtype=x.dtype))
    running_var = bn_param.setdefault("running_var", np.zeros(x.shape[1], dtype=x.dtype))

    if mode == "train":
        mean = np.add.reduce(x, axis=0) / x.shape[0]
        centered = x - mean
        cache.append(gamma.copy())
        var = np.add.reduce(centered * centered, axis=0) / x.shape[0]
        cache.append(np.sqrt(var + eps))
        running_mean *= momentum
        running_mean += (1 - momentum) * mean
        running_var *= momentum
        running_var += (1 - momentum) * var
        bn_param["calls"] = bn_param.get("calls", 0) + 1
        bn_param["last_mean"], bn_param["last_var"] = mean, var
        bn_param["shape"] = x.shape
        bn_param["note"] = "trained"
        bn_param["history"] = bn_param.get("history", []) + [float(mean[0])]
        log("batch", bn_param["calls"], "mean of feature 0:", mean[0])
    else:
        centered = x - running_mean
        cache += [gamma.copy(), np.sqrt(running_var + eps)]
    centered /= cache[-1]
    cache.append(centered)
    bn_param["last_x_hat"] = centered
    out = centered * gamma
    out += beta
    return out, cache


def batchnorm_backward(dout, cache):
    gamma, std, x_hat = cache
    log("backward", dout.shape)
    N = dout.shape[0]
    dgamma = np.add.reduce(dout * x_hat)
    dbeta = np.add.reduce(dout)
    # one path after the other, added up in dx
    dx = dout * gamma
    dx /= std
    dvar = -0.5 * np.add.reduce(dx * x_hat) / std
    for_variance = 2 / N * x_hat
    for_variance *= dvar * std
    dmean = -np.add.reduce(dx) - np.add.reduce(for_variance)
    dx += for_variance
    dx += dmean / N
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    gamma, std, x_hat = cache
    N = dout.shape[0]
    work = dout * x_hat
    dgamma = np.add.reduce(work)
    dbeta = np.add.reduce(dout)
    scale = gamma / std
    np.multiply(dout, scale, out=work)
    work -= scale * dbeta / N
    work -= x_hat * (scale * dgamma / N)
    return work, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    ln_param["mean"] = np.add.reduce(x, axis=1) / x.shape[1]
    x_hat = x - ln_param["mean"][:, None]
    ln_param["var"] = np.add.reduce(x_hat * x_hat, axis=1) / x.shape[1]
    ln_param["std"] = np.sqrt(ln_param["var"] + ln_param.setdefault("eps", 1e-5))
    x_hat /= ln_param["std"][:, None]
    ln_param["gamma"], ln_param["x_hat"] = gamma, x_hat
    # a copy, the next batch writes into ln_param again
    return gamma * x_hat + beta, dict(ln_param)


def layernorm_backward(dout, cache):
    x_hat, std = cache["x_hat"], cache["std"][:, None]
    D = x_hat.shape[1]
    g = dout * cache["gamma"]
    dx = g - x_hat * (np.add.reduce(g * x_hat, axis=1, keepdims=True) / D)
    dx -= np.add.reduce(g, axis=1, keepdims=True) / D
    dx /= std
    return dx, np.add.reduce(dout * x_hat), np.add.reduce(dout)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    bn_param["image_shape"] = (N, C, H, W)
    columns = np.concatenate([image.reshape(C, -1).T for image in x])
    out, cache = batchnorm_forward(columns, gamma, beta, bn_param)
    return out.reshape(N, H * W, C).transpose(0, 2, 1).reshape(x.shape), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    columns = np.concatenate([image.reshape(C, -1).T for image in dout])
    dx, dgamma, dbeta = batchnorm_backward(columns, cache)
    return dx.reshape(N, H * W, C).transpose(0, 2, 1).reshape(dout.shape), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    gn_param["G"] = G
    x_hat = x.reshape(-1, x[0].size // G).copy()
    x_hat -= np.add.reduce(x_hat, axis=1, keepdims=True) / x_hat.shape[1]
    var = np.add.reduce(x_hat * x_hat, axis=1, keepdims=True) / x_hat.shape[1]
    std = np.sqrt(var + gn_param.setdefault("eps", 1e-5))
    x_hat /= std
    gn_param["last_std"] = std
    return gamma * x_hat.reshape(x.shape) + beta, [gamma, std, x_hat]


def spatial_groupnorm_backward(dout, cache):
    gamma, std, x_hat = cache
    m = x_hat.shape[1]
    g = (dout * gamma).reshape(x_hat.shape)
    dx = g - np.add.reduce(g, axis=1, keepdims=True) / m
    dx -= x_hat * (np.add.reduce(g * x_hat, axis=1, keepdims=True) / m)
    dx /= std
    dgamma = np.add.reduce(dout * x_hat.reshape(dout.shape), axis=(0, 2, 3), keepdims=True)
    dbeta = np.add.reduce(dout, axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, dbeta
