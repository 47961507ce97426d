def attack():
    """Only to say that it begins."""


def answer(value):
    return _unaligned(value[0]), value[1]
