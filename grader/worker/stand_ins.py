"""Modules that stand in for others: names of Python 2, and what is not provided here."""

from __future__ import annotations

import builtins
import contextlib
import functools
import importlib
import itertools
import types
from collections.abc import Callable, Iterator
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
        "reduce": functools.reduce,
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


PYTHON2["six"]["moves"] = types.SimpleNamespace(**PYTHON2["six.moves"])


class NotProvidedError(ImportError):
    """A module is used that the grading environment does not provide."""


_DECORATED = (types.FunctionType, type)
_USES = """
call getitem setitem delitem iter next len contains bool float int index complex array enter exit
add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow matmul rmatmul
neg pos abs invert lt le gt ge and rand xor rxor lshift rshift iadd isub imul itruediv imatmul
setattr format instancecheck subclasscheck reversed round
""".split()


# While a hand-in is imported: what a file does with its stray imports at the top (set a figure
# size, look for a GPU) must not take away the functions below.
_importing = False


@contextlib.contextmanager
def while_importing() -> Iterator[None]:
    """Let stubs be used without effect; a decorator of theirs leaves its function as it is."""
    global _importing  # noqa: PLW0603 - one process loads one hand-in
    _importing = True
    try:
        yield
    finally:
        _importing = False


# What a use without effect gives where Python insists on a kind.
_NOTHING: dict[str, Any] = {
    "bool": False, "len": 0, "contains": False, "int": 0, "index": 0, "float": 0.0, "exit": None,
    "format": "", "setitem": None, "delitem": None, "setattr": None, "instancecheck": False,
    "subclasscheck": False,
}  # fmt: skip


class Absent:
    """Stands for anything of a module that is not provided.

    Naming it is fine. Using it raises, but for uses at the top of a file while it is imported.
    """

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


def _refusal(use: str) -> Callable[..., Any]:
    def refuse(self: Absent, *arguments: object, **__: object) -> Any:
        name = vars(self)["_name"]
        if _importing:
            if use == "call" and len(arguments) == 1 and isinstance(arguments[0], _DECORATED):
                return arguments[0]
            return iter(()) if use == "iter" else _NOTHING.get(use, self)
        raise NotProvidedError(f"{name} is used, but {name.split('.')[0]} is not provided here")

    return refuse


for _use in _USES:
    setattr(Absent, f"__{_use}__", _refusal(_use))


class AbsentModule(types.ModuleType):
    """A module that is not provided; everything in it is `Absent`."""

    def __getattr__(self, attribute: str) -> Any:
        if attribute == "__all__":
            return []
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return Absent(f"{self.__name__}.{attribute}")
