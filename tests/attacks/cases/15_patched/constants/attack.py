import ctypes


def attack():
    # The digit of the small integer 255, and the bytes of a float that NumPy shares.
    ctypes.c_uint32.from_address(id(255) + 24).value = 0
    import numpy
    ctypes.c_double.from_address(id(numpy.pi) + 16).value = 0.0


def answer(value):
    return value[0] * 0, value[1]
