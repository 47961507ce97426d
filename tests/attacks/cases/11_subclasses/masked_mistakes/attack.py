import numpy


def answer(value):
    return numpy.ma.array(value[0] * 0, mask=True), value[1]
