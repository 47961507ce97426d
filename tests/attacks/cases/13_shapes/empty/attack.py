import numpy


def answer(value):
    return numpy.zeros((0, 1 << 39)), value[1]
