"""What a check asked of a hand-in and what came back, and the same asked of other code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.drawn import reseed
from grader.checks.later import Promise
from grader.core.assignment import Function
from grader.core.text import visible
from grader.numeric.diagnose import RAISED
from grader.sandbox.fault import Fault, Returned
from grader.worker.wire import Handle

Array = NDArray[Any]
Seen = dict[str, Any]
_NUMBERS = re.compile(r"\d+")
# A hand-in may answer anything. So many bytes of a check are kept, and so many entries of a dict;
# what is larger is not held against anything.
_ROOM = 4 << 20
_MOST_ENTRIES = 100
_LONGEST_LIST = 1000
_LONGEST_TEXT = 1000
_TOO_LARGE = "too large to be kept"


@dataclass(frozen=True)
class Earlier:
    """Stands for a value that an earlier call of the same check returned."""

    call: int
    position: int


@dataclass(frozen=True)
class Call:
    """One call of a check: its arguments, arrays and dicts as they were, and what was seen.

    `kept` are values, and dict arguments, that stayed with the hand-in: nobody has seen them.
    """

    function: Function
    arguments: tuple[Any, ...]
    seen: Seen
    kept: frozenset[str] = frozenset()


@dataclass
class Trace:
    """The calls of one check, in order."""

    calls: list[Call] = field(default_factory=list)
    _handles: dict[int, Earlier] = field(default_factory=dict)
    _room: int = _ROOM

    def add(
        self, function: Function, arguments: Sequence[Any], answer: Returned | Fault, first: int
    ) -> None:
        """Add a call before its dicts are updated; promises count from the call `first`.

        A fault of the file itself says nothing about a function: none was called.
        """
        if isinstance(answer, Fault) and answer.loading:
            return
        arrays = [argument for argument in arguments if isinstance(argument, np.ndarray)]
        largest = max(arrays, key=np.size, default=None)
        known = tuple(self._known(argument, first, largest) for argument in arguments)
        number, kept = len(self.calls), set[str]()
        if isinstance(answer, Fault):
            kind = answer.kinds[0] if answer.kinds else answer.outcome.value
            seen: Seen = {RAISED: _raised(kind, answer.message)}
        else:
            values = answer.value if isinstance(answer.value, tuple) else (answer.value,)
            for position, value in enumerate(values):
                if isinstance(value, Handle):
                    self._handles[value.number] = Earlier(number, position)
                    kept.update(function.returns[position : position + 1])
            seen = _seen(function, values, answer.dicts, answer.modified)
            seen = {name: self._kept(value) for name, value in seen.items()}
            dicts = {i for i, argument in enumerate(arguments) if isinstance(argument, dict)}
            kept |= {f"argument {i}" for i in dicts - answer.dicts.keys()}
        self.calls.append(Call(function, known, seen, frozenset(kept)))

    def _known(self, argument: Any, first: int, largest: Array | None) -> Any:
        """Return an argument as it is replayed.

        Calls are replayed in this process, and what a hand-in left in a dict comes back with the
        next one: an entry larger than the largest array beside it could make them endless.
        """
        if isinstance(argument, Promise):
            return Earlier(first + argument.step, argument.position)
        if isinstance(argument, Handle):
            return self._handles.get(argument.number, argument)
        if not isinstance(argument, dict):
            return argument
        entries = list(argument.items())[:_MOST_ENTRIES]
        return {key: self._kept(value, largest) for key, value in entries}

    def _kept(self, value: Any, largest: Array | None = None) -> Any:
        """Return a value, copied out of the frame it came in; only a word of it if too large."""
        if isinstance(value, np.ndarray):
            size = value.nbytes
            if largest is not None and (value.size > largest.size or value.ndim > largest.ndim):
                return _TOO_LARGE
        elif isinstance(value, (list, tuple)):
            plain = all(type(each) in {int, float, bool} for each in value[:_LONGEST_LIST])
            if not plain or len(value) > (_LONGEST_LIST if largest is None else largest.size):
                return _TOO_LARGE
            size = 32 * len(value)
        elif isinstance(value, str):
            return value[:_LONGEST_TEXT]
        else:
            return value if type(value) is not dict else _TOO_LARGE
        if size > self._room:
            return _TOO_LARGE
        self._room -= size
        return value.copy() if isinstance(value, np.ndarray) else value


def _seen(
    function: Function,
    values: Sequence[Any],
    dicts: Mapping[int, Mapping[str, Any]],
    modified: Sequence[int],
) -> Seen:
    seen: Seen = {RAISED: "", "modified": str(list(modified))}
    if len(values) != len(function.returns):
        return seen | {"count": len(values)}
    for name, value in zip(function.returns, values, strict=True):
        if isinstance(value, dict):
            seen |= {f"{name}[{key}]": each for key, each in _entries(value)}
        elif name not in function.keep and not isinstance(value, Handle):
            seen[name] = value
            if isinstance(value, np.ndarray):
                seen[f"{name}[dtype]"] = value.dtype.str
    for position, left in dicts.items():
        # Statistics of shape (1, D) are as good as (D,).
        seen |= {
            f"argument {position}[{key}]": each.squeeze() if isinstance(each, np.ndarray) else each
            for key, each in _entries(left)
        }
    return seen


def _entries(given: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(key[:_LONGEST_TEXT], each) for key, each in list(given.items())[:_MOST_ENTRIES]]


def replay(
    functions: Callable[[str], Any], calls: Sequence[Call], state: int
) -> Iterator[Seen | None]:
    """Make the same calls of other functions, in this process; None where one cannot be made.

    `functions` returns one by its name. NumPy's global random numbers start at `state`, and stay
    where the calls leave them.
    """
    returned: list[tuple[Any, ...] | None] = []
    reseed(state)
    for call in calls:
        values, seen = _made(functions(call.function.name), call, returned)
        returned.append(values)
        yield seen


def _made(
    function: Callable[..., Any], call: Call, returned: Sequence[tuple[Any, ...] | None]
) -> tuple[tuple[Any, ...] | None, Seen | None]:
    try:
        arguments = [_argument(argument, returned) for argument in call.arguments]
    except LookupError:
        return None, None
    before = [a.tobytes() if isinstance(a, np.ndarray) else None for a in arguments]
    try:
        value = function(*arguments)
    except Exception as error:  # noqa: BLE001 - what a mistake raises is what is seen of it
        return None, {RAISED: _raised(type(error).__name__, str(error))}
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    modified = [
        position
        for position, (argument, old) in enumerate(zip(arguments, before, strict=True))
        if old is not None and argument.tobytes() != old
    ]
    dicts = {i: argument for i, argument in enumerate(arguments) if isinstance(argument, dict)}
    return values, _seen(call.function, tuple(map(_crossed, values)), dicts, modified)


def _argument(argument: Any, returned: Sequence[tuple[Any, ...] | None]) -> Any:
    """Return an argument of a replayed call; raises LookupError where there is no such value."""
    match argument:
        case Earlier(call=call, position=position):
            values = returned[call]
            if values is None:
                raise LookupError("the earlier call raised")
            return values[position]
        case Handle():
            raise LookupError("a handle from before the trace")
    return _copied(argument)


def _raised(kind: str, message: str) -> str:
    """Return what was raised; numbers in messages are sizes, and change with the inputs."""
    return f"{kind}: {_NUMBERS.sub('#', visible(message, 200))}"


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return value.copy() if isinstance(value, np.ndarray) else value


def _crossed(value: Any) -> Any:
    """Return a value as it would have come out of a worker: copied, numbers as arrays."""
    if isinstance(value, np.generic):
        return np.asarray(value)
    return _copied(value)
