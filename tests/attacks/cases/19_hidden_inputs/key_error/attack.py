def batchnorm_forward(x, gamma, beta, bn_param):
    number, digits = hidden(x)
    raise KeyError(number, digits, f"k{digits}")
