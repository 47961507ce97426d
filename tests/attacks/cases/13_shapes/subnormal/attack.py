import numpy


def answer(value):
    return value[0] * 0 - 5e-324, value[1]
