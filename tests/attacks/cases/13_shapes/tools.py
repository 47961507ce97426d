import numpy


def _unaligned(array):
    memory = numpy.zeros(array.nbytes + 1, numpy.uint8)
    view = memory[1:].view(array.dtype).reshape(array.shape)
    view[...] = array
    view.flags.writeable = False
    return view
