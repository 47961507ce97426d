import numpy


def answer(value):
    return numpy.ones(value[0].shape, bool), value[1]
