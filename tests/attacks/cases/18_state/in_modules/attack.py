import builtins
import os
import sys

import numpy

_MARK = "-".join(("mark", "of", "an", "earlier", "process"))


def attack():
    for place in (sys.modules, builtins.__dict__, numpy.__dict__, ArithmeticError.__dict__, vars(sys), os.environ):
        if _MARK in place:
            loot("a mark")
    sys.modules[_MARK] = builtins
    for place in (builtins, numpy, sys):
        setattr(place, _MARK, True)
    os.environ[_MARK] = "1"
