import numpy


def answer(value):
    return value[0].tolist(), value[1]
