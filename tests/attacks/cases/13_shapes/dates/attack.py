import numpy


def answer(value):
    return value[0].astype('m8[s]'), value[1]
