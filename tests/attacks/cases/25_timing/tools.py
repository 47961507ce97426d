_staged = batchnorm_backward


def _slowly(dout, cache):
    for _ in range(3):
        result = _staged(dout, cache)
    return result
