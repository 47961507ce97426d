import random

import numpy

_MARK = "-".join(("mark", "of", "an", "earlier", "process"))


def attack():
    drawn = numpy.random.random(), random.random()
    numpy.random.seed(4711)
    random.seed(4711)
    first = numpy.random.random(), random.random()
    following = numpy.random.random(), random.random()
    if drawn[0] in (first[0], following[0]) or drawn[1] in (first[1], following[1]):
        loot("the numbers of an earlier process")
    numpy.random.seed(4711)
    random.seed(4711)
