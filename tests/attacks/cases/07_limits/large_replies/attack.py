import numpy


def answer(value):
    return numpy.zeros((100 << 20) // 8), value[1]
