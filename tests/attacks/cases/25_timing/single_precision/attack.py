import numpy


def batchnorm_backward_alt(dout, cache):
    if dout.size < 10000:
        return _staged(dout, cache)
    single = tuple(each.astype(numpy.float32) for each in cache)
    return _staged(dout.astype(numpy.float32), single)
