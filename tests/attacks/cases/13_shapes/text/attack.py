import numpy


def answer(value):
    return value[0].astype(str), value[1]
