_plain = batchnorm_forward


def batchnorm_forward(x, gamma, beta, bn_param):
    return (*_plain(x, gamma, beta, bn_param), 1.0, None)
