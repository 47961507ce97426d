import numpy


def answer(value):
    return numpy.zeros((1,) * 16), value[1]
