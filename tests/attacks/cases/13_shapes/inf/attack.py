import numpy


def answer(value):
    return value[0] + numpy.inf, value[1]
