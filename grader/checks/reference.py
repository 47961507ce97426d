"""The reference solution in the trusted process, with the face of a hand-in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, Self

from grader.core.assignment import Assignment, Function
from grader.core.errors import ConfigurationError
from grader.worker import load_python


class Reference:
    """The functions of the solution, called directly: `reference.f(x)`.

    For checks that treat both sides alike it has the methods of a `Student` that such checks need.
    `compiled_files` are its files by path.
    """

    def __init__(
        self, functions: Mapping[str, Callable[..., Any]], compiled: Mapping[str, load_python.Code]
    ) -> None:
        self._functions = dict(functions)
        self.compiled_files = dict(compiled)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self._functions:
            raise ConfigurationError(f"a check calls {name!r}, which is not in [[functions]]")
        return self._functions[name]

    @property
    def later(self) -> Self:
        """What a hand-in is asked to do later, in one frame with the next call, is done at once."""
        return self


def load_reference(
    assignment: Assignment,
    sources: Mapping[str, str],
    compiled: Mapping[str, load_python.Code] | None = None,
) -> Reference:
    """Return every function of the assignment as the solution, `sources` by path, defines it.

    It is imported as hand-ins are. `compiled` are those of the sources, by path, that a reference
    loaded before has in compiled form. Raises ConfigurationError where it does not load or lacks a
    function.
    """
    packages, allowed = assignment.imports.packages, assignment.imports.allowed
    functions = {}
    with load_python.set_aside():
        hand_in = load_python.install(sources, packages, allowed, compiled)
        try:
            for function in assignment.functions:
                functions[function.name] = _find(hand_in, function)
        finally:
            load_python.remove(hand_in)
    if hand_in.absent:
        names = ", ".join(hand_in.absent)
        raise ConfigurationError(f"the solution imports {names}, which the assignment lacks")
    return Reference(functions, hand_in.compiled)


def _find(hand_in: load_python.HandIn, function: Function) -> Callable[..., Any]:
    try:
        # What stands for a solution in C lies at the top, in Python.
        file = PurePosixPath(function.file)
        module = hand_in.load(str(file) if file.suffix == ".py" else f"{file.stem}.py")
    except Exception as error:
        raise ConfigurationError(
            f"{function.file} of the solution does not load: {error}"
        ) from error
    found: Callable[..., Any] | None = getattr(module, function.name, None)
    if found is None:
        raise ConfigurationError(f"{function.file} of the solution does not define {function.name}")
    return found
