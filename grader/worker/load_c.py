"""Make the functions of a compiled hand-in callable with arrays.

A struct with fields `rows`, `cols` and `data` is a matrix, row by row, and stands for an array of
two axes; its other fields are 0. A number stands for itself. What a function makes is never freed:
a worker does not live long.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

_NUMBERS: dict[str, Any] = {
    "int": ctypes.c_int,
    "unsigned int": ctypes.c_uint,
    "short int": ctypes.c_short,
    "short unsigned int": ctypes.c_ushort,
    "long": ctypes.c_long,
    "long int": ctypes.c_long,
    "long unsigned int": ctypes.c_ulong,
    "long long int": ctypes.c_longlong,
    "long long unsigned int": ctypes.c_ulonglong,
    "size_t": ctypes.c_size_t,
    "int32_t": ctypes.c_int32,
    "uint32_t": ctypes.c_uint32,
    "int64_t": ctypes.c_int64,
    "uint64_t": ctypes.c_uint64,
    "float": ctypes.c_float,
    "double": ctypes.c_double,
    "float *": ctypes.POINTER(ctypes.c_float),
    "double *": ctypes.POINTER(ctypes.c_double),
}
_DTYPES = {"float *": np.dtype(np.float32), "double *": np.dtype(np.float64)}
# A matrix that claims more is no result.
_MOST_ENTRIES = 64 << 20
# Symbols are looked up when they are called: what is missing takes nothing from the others.
_RTLD_LAZY = 0x1


class Library:
    """The functions of a shared library, as attributes.

    `structs` are fields by name of the struct, each `{name: type}` in their order. `functions` are
    by name the types of the parameters, the type of the result, and where each argument comes
    from: a position, or, of two positions, the columns of the first divided by the second.

    Raises OSError where it cannot be loaded.

    Attributes
    ----------
    leaked
        Bytes that the last call left in use beside its result; known where sanitizers are loaded.

    """

    def __init__(
        self,
        path: str,
        structs: Mapping[str, Mapping[str, str]],
        functions: Mapping[str, tuple[Sequence[str], str, Sequence[Any]]],
    ) -> None:
        self._fields = structs
        self._types = {name: _struct(name, fields) for name, fields in structs.items()}
        library = ctypes.CDLL(path, mode=_RTLD_LAZY)
        # Where sanitizers are loaded, they know how much memory is in use.
        self._in_use = getattr(ctypes.CDLL(None), "__sanitizer_get_current_allocated_bytes", None)
        if self._in_use is not None:
            self._in_use.restype = ctypes.c_size_t
        self.leaked = 0
        for name, signature in functions.items():
            function = getattr(library, name, None)
            if function is not None:
                setattr(self, name, self._callable(function, *signature))

    def _callable(
        self, function: Any, parameters: Sequence[str], result: str, sources: Sequence[Any]
    ) -> Callable[..., Any]:
        function.argtypes = [self._type(each) for each in parameters]
        function.restype = self._type(result)

        def call(*arguments: Any) -> Any:
            values = [_argument(arguments, source) for source in sources]
            # Memory of just this size: what lies behind it belongs to nobody.
            lent = [value.copy() if type(value) is np.ndarray else value for value in values]
            given = [self._given(*pair) for pair in zip(parameters, lent, strict=True)]
            before = self._used()
            value = function(*given)
            left = self._used() - before
            for array, copy in zip(values, lent, strict=True):
                if type(array) is np.ndarray:
                    array[...] = copy
            taken = self._taken(result, value)
            self.leaked = max(0, left - taken.nbytes) if type(taken) is np.ndarray else left
            return taken

        return call

    def _used(self) -> int:
        return 0 if self._in_use is None else int(self._in_use())

    def _type(self, name: str) -> Any:
        return self._types[name] if name in self._types else _NUMBERS[name]

    def _given(self, kind: str, value: Any) -> Any:
        """Return an argument as C takes it; an array lends its memory."""
        if kind not in self._types:
            return value
        pointer = self._fields[kind]["data"]
        if value.ndim != 2 or value.dtype != _DTYPES[pointer] or not value.flags.c_contiguous:
            raise TypeError(f"a {kind} is made of a contiguous {_DTYPES[pointer]} array of 2 axes")
        made = self._types[kind]()
        made.rows, made.cols = value.shape
        made.data = value.ctypes.data_as(_NUMBERS[pointer])
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


def _argument(arguments: Sequence[Any], source: Any) -> Any:
    if isinstance(source, int):
        return arguments[source]
    matrix, other = source
    return int(arguments[matrix].shape[1] // arguments[other])


def _struct(name: str, fields: Mapping[str, str]) -> type[ctypes.Structure]:
    listed = [(field, _NUMBERS[kind]) for field, kind in fields.items()]
    return type(name, (ctypes.Structure,), {"_fields_": listed})
