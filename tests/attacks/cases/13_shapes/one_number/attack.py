import numpy


def answer(value):
    return value[0].mean(), value[1]
