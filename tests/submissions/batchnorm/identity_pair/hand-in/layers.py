import numpy as np


def _statistics(x, bn_param):
    mode = bn_param["mode"]
    if mode not in ("train", "test"):
        raise ValueError("unknown mode " + mode)
    D = x.shape[1]
    bn_param["running_mean"] = bn_param.get("running_mean", np.zeros(D))
    bn_param["running_var"] = bn_param.get("running_var", np.zeros(D))


def batchnorm_forward(x, gamma, beta, bn_param):
    _statistics(x, bn_param)
    return x.copy(), (x, gamma)


def batchnorm_backward(dout, cache):
    x, gamma = cache
    return dout.copy(), np.zeros_like(gamma), np.zeros_like(gamma)


def batchnorm_backward_alt(dout, cache):
    return batchnorm_backward(dout, cache)


def layernorm_forward(x, gamma, beta, ln_param):
    return x.copy(), (x, gamma)


def layernorm_backward(dout, cache):
    return batchnorm_backward(dout, cache)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    _statistics(x, bn_param)
    return x.copy(), (x, gamma)


def spatial_batchnorm_backward(dout, cache):
    x, gamma = cache
    return dout.copy(), np.zeros_like(gamma), np.zeros_like(gamma)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    return x.copy(), (x, gamma)


def spatial_groupnorm_backward(dout, cache):
    x, gamma = cache
    return dout.copy(), np.zeros_like(gamma), np.zeros_like(gamma)
