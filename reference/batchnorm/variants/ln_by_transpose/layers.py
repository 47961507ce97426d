"""Only one normalization is written here, batch norm; all others are made from it by turning x.

Layer norm is batch norm of the transpose (with gamma 1 and beta 0, the real ones come after),
group norm is layer norm of rows that hold one group each, and spatial batch norm has a pixel in
each row. The cache of a test forward is None because there is nothing to go back through.
"""

import numpy as np


def affine_forward(x, w, b):
    return x.reshape((x.shape[0], -1)).dot(w) + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return (dout.dot(w.T).reshape(x.shape),
            x.reshape((x.shape[0], -1)).T.dot(dout),
            dout.sum(0))


def relu_forward(x):
    return x.clip(min=0), x


def relu_backward(dout, cache):
    dx = dout.copy()
    dx[cache <= 0] = 0
    return dx


def softmax_loss(x, y):
    # transposed, too: then max and sum need no keepdims
    e = np.exp(x.T - x.max(1))
    p = (e / e.sum(0)).T
    N = len(y)
    loss = -np.log(p[range(N), y]).sum() / N
    p[range(N), y] -= 1
    return loss, p / N


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    if mode == "test":
        zeros = np.zeros(x.shape[1], x.dtype)
        sigma = np.sqrt(bn_param.get("running_var", zeros) + eps)
        return gamma / sigma * (x - bn_param.get("running_mean", zeros)) + beta, None
    if mode != "train":
        raise ValueError("what is the mode '%s'?" % mode)

    mu, var = np.mean(x, axis=0), np.var(x, axis=0)
    sigma = np.sqrt(var + eps)
    z = (x - mu) / sigma

    rho = bn_param.get("momentum", 0.9)
    bn_param["running_mean"] = rho * bn_param.get("running_mean", 0.0) + (1.0 - rho) * mu
    bn_param["running_var"] = rho * bn_param.get("running_var", 0.0) + (1.0 - rho) * var
    return gamma * z + beta, (z, sigma, gamma)


def batchnorm_backward(dout, cache):
    z, sigma, gamma = cache
    N = dout.shape[0]
    dz = gamma * dout
    # f = z(x, mu, sigma): one partial derivative each
    dsigma = -(dz * z).sum(0) / sigma
    dmu = -dz.sum(0) / sigma
    # dsigma/dx = z/N and dmu/dx = 1/N
    dx = dz / sigma + dsigma * z / N + dmu / N
    return dx, (dout * z).sum(0), dout.sum(0)


def batchnorm_backward_alt(dout, cache):
    z, sigma, gamma = cache
    tmp = dout * z
    dgamma = tmp.sum(0)
    dbeta = dout.sum(0)
    # the same memory again for what has to be taken off
    np.multiply(z, dgamma, out=tmp)
    tmp += dbeta
    tmp /= -len(dout)
    tmp += dout
    tmp *= gamma / sigma
    return tmp, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    bn_param = {"mode": "train", "eps": ln_param.get("eps", 1e-5)}
    N = x.shape[0]
    zT, cache = batchnorm_forward(x.T, np.ones(N), np.zeros(N), bn_param)
    z = zT.T
    return gamma * z + beta, (cache, z, gamma)


def layernorm_backward(dout, cache):
    bn_cache, z, gamma = cache
    dxT, _, _ = batchnorm_backward_alt((dout * gamma).T, bn_cache)
    return dxT.T, (dout * z).sum(0), dout.sum(0)


def pixels(x):
    """Rows of pixels, and the way back."""
    N, C, H, W = x.shape
    return (x.transpose(0, 2, 3, 1).reshape(-1, C),
            lambda rows: rows.reshape(N, H, W, C).transpose(0, 3, 1, 2))


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    rows, images = pixels(x)
    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)
    return images(out), cache


def spatial_batchnorm_backward(dout, cache):
    rows, images = pixels(dout)
    dx, dgamma, dbeta = batchnorm_backward_alt(rows, cache)
    return images(dx), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    rows = x.reshape(x.shape[0] * G, -1)
    width = rows.shape[1]
    z, cache = layernorm_forward(rows, np.ones(width), np.zeros(width), gn_param)
    z = z.reshape(x.shape)
    return gamma * z + beta, (cache, z, gamma)


def spatial_groupnorm_backward(dout, cache):
    ln_cache, z, gamma = cache
    dz = (dout * gamma).reshape(ln_cache[1].shape)
    dx = layernorm_backward(dz, ln_cache)[0].reshape(dout.shape)
    dgamma = (dout * z).sum(axis=(0, 2, 3)).reshape(gamma.shape)
    dbeta = dout.sum(axis=(0, 2, 3)).reshape(gamma.shape)
    return dx, dgamma, dbeta
