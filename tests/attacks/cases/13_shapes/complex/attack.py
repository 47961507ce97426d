import numpy


def answer(value):
    return value[0] + 1e9j, value[1]
