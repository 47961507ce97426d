"""Calls that are noted, to be made together with the next one in one frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from grader.core.assignment import Function
from grader.sandbox.session import ChainedCall


@dataclass(frozen=True)
class Promise:
    """Stands for a value of a call that has been noted."""

    step: int
    position: int


@dataclass(frozen=True)
class Noted:
    """A call that has been noted."""

    function: Function
    arguments: tuple[Any, ...]

    def promise(self, step: int) -> Any:
        """Return what stands for its value, or for each of its values."""
        promises = tuple(Promise(step, position) for position in range(len(self.function.returns)))
        return promises if len(promises) > 1 else promises[0]

    def chained(self) -> ChainedCall:
        """Return it as part of a chain: the places of promises are named apart."""
        earlier = {
            i: (each.step, each.position)
            for i, each in enumerate(self.arguments)
            if isinstance(each, Promise)
        }
        sent = [None if isinstance(each, Promise) else each for each in self.arguments]
        return ChainedCall(self.function.name, sent, earlier)

    def known(self, values: list[tuple[Any, ...]]) -> list[Any]:
        """Return the arguments with the values that promises stood for."""
        return [
            values[each.step][each.position] if isinstance(each, Promise) else each
            for each in self.arguments
        ]


class TakesNotes(Protocol):
    """Whoever makes the calls in the end."""

    def note(self, name: str, arguments: tuple[Any, ...]) -> Any: ...


class Later:
    """The functions of a hand-in, noted for later instead of called; they return promises."""

    def __init__(self, student: TakesNotes) -> None:
        self._student = student

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments: self._student.note(name, arguments)
