import atexit
import weakref


def spin():
    while True:
        pass


class Last:
    def __del__(self):
        spin()


def attack():
    global _last, _finalizer
    atexit.register(spin)
    _last = Last()
    _finalizer = weakref.finalize(_last, spin)
