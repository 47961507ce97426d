import itertools

_turns = itertools.cycle((GeneratorExit, StopIteration, KeyboardInterrupt, StopAsyncIteration))


def answer(value):
    raise next(_turns)
