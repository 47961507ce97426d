_plain = batchnorm_forward


def batchnorm_forward(x, gamma, beta, bn_param):
    out, cache = _plain(x, gamma, beta, bn_param)
    x[...] = out
    return x, cache
