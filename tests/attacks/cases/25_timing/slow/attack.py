def batchnorm_backward_alt(dout, cache):
    return _slowly(dout, cache)
