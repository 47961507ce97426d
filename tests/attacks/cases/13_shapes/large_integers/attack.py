import numpy


def answer(value):
    return numpy.full(value[0].shape, 1 << 63, numpy.uint64), value[1]
