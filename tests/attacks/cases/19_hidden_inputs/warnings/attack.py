import sys
import warnings


def batchnorm_forward(x, gamma, beta, bn_param):
    number, digits = hidden(x)
    warnings.warn(number)
    sys.stderr.write(digits)
    return _plain(x, gamma, beta, bn_param)
