def batchnorm_forward(x, gamma, beta, bn_param):
    number, digits = hidden(x)
    raise ValueError(f"x {number} x{number} x_{digits} is wrong: {number}e0 {x!r}")
