"""Make the functions of a compiled hand-in callable with arrays.

A struct with fields `rows`, `cols` and `data` is a matrix, row by row, and stands for an array of
two axes; its other fields are 0. A number stands for itself.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

_NUMBERS: dict[str, Any] = {
    "int": ctypes.c_int,
    "long": ctypes.c_long,
    "size_t": ctypes.c_size_t,
    "float": ctypes.c_float,
    "double": ctypes.c_double,
    "float *": ctypes.POINTER(ctypes.c_float),
    "double *": ctypes.POINTER(ctypes.c_double),
}
_DTYPES = {"float *": np.dtype(np.float32), "double *": np.dtype(np.float64)}
# A matrix that claims more is no result.
_MOST_ENTRIES = 64 << 20


class Library:
    """The functions of a shared library, as attributes.

    `structs` are fields by name of the struct, each `{name: type}` in their order; `functions` have
    the types of their parameters and of their result. Raises OSError where it cannot be loaded.
    """

    def __init__(
        self,
        path: str,
        structs: Mapping[str, Mapping[str, str]],
        functions: Mapping[str, tuple[Sequence[str], str]],
    ) -> None:
        self._fields = structs
        self._types = {name: _struct(name, fields) for name, fields in structs.items()}
        self._functions = functions
        # What is not there is found out here, and not in the middle of a call.
        self._library = ctypes.CDLL(path, mode=0x2)  # RTLD_NOW

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in self._functions:
            raise AttributeError(name)
        function = getattr(self._library, name)  # AttributeError where it has no such function
        parameters, result = self._functions[name]
        function.argtypes = [self._type(each) for each in parameters]
        function.restype = None if result == "void" else self._type(result)

        def call(*arguments: Any) -> Any:
            if len(arguments) != len(parameters):
                raise TypeError(f"{name} takes {len(parameters)} arguments, not {len(arguments)}")
            pairs = zip(parameters, arguments, strict=True)
            return self._taken(result, function(*[self._given(*pair) for pair in pairs]))

        return call

    def _type(self, name: str) -> Any:
        return self._types[name] if name in self._types else _NUMBERS[name]

    def _given(self, kind: str, value: Any) -> Any:
        """Return an argument as C takes it; an array lends its memory."""
        if kind not in self._types:
            return value
        pointer = self._fields[kind]["data"]
        array = np.asarray(value)
        if array.ndim != 2 or array.dtype != _DTYPES[pointer] or not array.flags.c_contiguous:
            raise TypeError(f"a {kind} is made from a contiguous {_DTYPES[pointer]} array of 2 axes")
        made = self._types[kind]()
        made.rows, made.cols = array.shape
        made.data = array.ctypes.data_as(_NUMBERS[pointer])
        return made

    def _taken(self, kind: str, value: Any) -> Any:
        """Return a result as Python has it: a copy of a matrix, made while its memory is there."""
        if kind not in self._types:
            return value
        rows, cols = value.rows, value.cols
        if rows < 0 or cols < 0 or rows * cols > _MOST_ENTRIES:
            raise ValueError(f"a {kind} of {rows} rows and {cols} columns came back")
        if not value.data:
            raise ValueError(f"a {kind} without data came back")
        return np.ctypeslib.as_array(value.data, (rows, cols)).copy()


def _struct(name: str, fields: Mapping[str, str]) -> type[ctypes.Structure]:
    listed = [(field, _NUMBERS[kind]) for field, kind in fields.items()]
    return type(name, (ctypes.Structure,), {"_fields_": listed})
