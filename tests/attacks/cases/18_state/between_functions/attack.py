_last = None
_back = batchnorm_backward


def answer(value):
    global _last
    _last = value[1]
    return value[0], ()


def batchnorm_backward(dout, cache):
    return _back(dout, _last)
