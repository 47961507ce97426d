import sys


class Booby:
    def __getattribute__(self, name):
        raise SystemExit(name)


def attack():
    sys.stdout = sys.stderr = sys.__stdout__ = Booby()
