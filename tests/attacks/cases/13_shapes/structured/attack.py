import numpy


def answer(value):
    return numpy.rec.fromarrays([value[0]], names='out'), value[1]
