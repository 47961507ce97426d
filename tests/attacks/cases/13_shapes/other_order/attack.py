import numpy


def attack():
    """Only to say that it begins."""


def answer(value):
    return numpy.asfortranarray(value[0]), value[1]
