import os

import numpy


class Pickled:
    def __reduce__(self):
        return os.mkdir, (TARGET,)

    __getstate__ = __reduce_ex__ = lambda self, *_: self.__reduce__()


def answer(value):
    out = numpy.empty(value[0].shape, object)
    out[...] = Pickled()
    return out, value[1]
