# Assignment 2, batch norm part. The convolution bonus is not in here.
import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    n_features = x.shape[1]
    run_mu = bn_param.get("running_mean", np.zeros(n_features))
    run_var = bn_param.get("running_var", np.zeros(n_features))

    if mode == "train":
        batch_mu = np.mean(x, axis=0)
        batch_var = np.var(x, axis=0)
        sigma = np.sqrt(batch_var + eps)
        z = (x - batch_mu) / sigma
        # exponential moving average, momentum is how much we take from the new batch
        run_mu = (1 - momentum) * run_mu + momentum * batch_mu
        run_var = (1 - momentum) * run_var + momentum * batch_var
        bn_param["running_mean"] = run_mu
        bn_param["running_var"] = run_var
    elif mode == "test":
        sigma = np.sqrt(run_var + eps)
        z = (x - run_mu) / sigma
    else:
        raise ValueError("Invalid forward batchnorm mode " + repr(mode))

    return z * gamma + beta, (z, sigma, gamma)


def batchnorm_backward(dout, cache):
    z, sigma, gamma = cache
    n = z.shape[0]

    d_beta = np.sum(dout, axis=0)
    d_gamma = np.sum(dout * z, axis=0)

    # z = (x - mu) / sigma
    dz = dout * gamma
    d_sigma = np.sum(dz * (-z / sigma), axis=0)
    # sigma = sqrt(var + eps), var = mean((x - mu)^2); x - mu is z * sigma
    d_var = d_sigma * 0.5 / sigma
    d_centered = dz / sigma + d_var * 2 * (z * sigma) / n
    dx = d_centered - np.mean(d_centered, axis=0)

    return dx, d_gamma, d_beta


def batchnorm_backward_alt(dout, cache):
    z, sigma, gamma = cache
    n = z.shape[0]
    d_beta = np.sum(dout, axis=0)
    d_gamma = np.sum(dout * z, axis=0)
    dx = (dout - z * (d_gamma / n) - d_beta / n) * (gamma / sigma)
    return dx, d_gamma, d_beta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    # transposed, so that the broadcasting is the same as above
    xt = x.T
    sigma = np.sqrt(np.var(xt, axis=0) + eps)
    z = ((xt - np.mean(xt, axis=0)) / sigma).T
    return z * gamma + beta, (z, sigma, gamma)


def layernorm_backward(dout, cache):
    z, sigma, gamma = cache
    d_beta = np.sum(dout, axis=0)
    d_gamma = np.sum(dout * z, axis=0)
    dz = (dout * gamma).T
    zt = z.T
    dx = (dz - np.mean(dz, axis=0) - zt * np.mean(dz * zt, axis=0)) / sigma
    return dx.T, d_gamma, d_beta
