import numpy


def attack():
    """Only to say that it begins."""


_turn = 0


def answer(value):
    global _turn
    _turn += 1
    out = value[0]
    kinds = [numpy.asmatrix, numpy.ma.masked_invalid, numpy.asfortranarray] if out.ndim == 2 else [numpy.asarray]
    return kinds[_turn % len(kinds)](out), value[1]
