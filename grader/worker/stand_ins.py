"""Modules that stand in for others: names of Python 2, and what is not provided here."""

from __future__ import annotations

import builtins
import functools
import importlib
import itertools
import types
from collections.abc import Callable
from typing import Any

# What Python 2 habits import; each is a plain name of Python 3.
PYTHON2: dict[str, dict[str, Any]] = {
    "past": {},
    "past.builtins": {
        "xrange": range,
        "basestring": str,
        "unicode": str,
        "long": int,
        "raw_input": input,
    },
    "past.utils": {"old_div": lambda a, b: a // b if type(a) is type(b) is int else a / b},
    "future": {},
    "future.builtins": vars(builtins),
    "future.standard_library": {"install_aliases": lambda: None},
    "future.utils": {"iteritems": lambda d: iter(d.items()), "itervalues": lambda d: d.values()},
    "six": {"iteritems": lambda d: iter(d.items()), "string_types": (str,), "PY2": False},
    "six.moves": {
        **vars(builtins),
        "xrange": range,
        "zip_longest": itertools.zip_longest,
        "reduce": functools.reduce,
        "cPickle": importlib.import_module("pickle"),
    },
}


class NotProvidedError(ImportError):
    """A module is used that the grading environment does not provide."""


_USES = """
call getitem setitem delitem iter next len contains bool float int index complex array enter exit
add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow matmul rmatmul
neg pos abs invert lt le gt ge and rand xor rxor lshift rshift iadd isub imul itruediv imatmul
setattr format instancecheck subclasscheck reversed round
""".split()


class Absent:
    """Stands for anything of a module that is not provided; naming it is fine, using it raises."""

    def __init__(self, name: str) -> None:
        self.__dict__["_name"] = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return Absent(f"{self.__dict__['_name']}.{attribute}")

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        """Let a class be derived from it: only its methods may go on to use it."""
        return ()

    def __or__(self, other: object) -> Absent:
        """Let it stand in an annotation: `x: torch.Tensor | None`."""
        return self

    __ror__ = __or__


def _refusal() -> Callable[..., Any]:
    def refuse(self: Absent, *_: object, **__: object) -> Any:
        name = vars(self)["_name"]
        raise NotProvidedError(f"{name} is used, but {name.split('.')[0]} is not provided here")

    return refuse


for _use in _USES:
    setattr(Absent, f"__{_use}__", _refusal())


class AbsentModule(types.ModuleType):
    """A module that is not provided; everything in it is `Absent`."""

    def __getattr__(self, attribute: str) -> Any:
        if attribute == "__all__":
            return []
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return Absent(f"{self.__name__}.{attribute}")
