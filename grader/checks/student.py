"""The `student` of a hidden check: calls go to a worker, only arrays come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checks.later import Later, Noted
from grader.checks.trace import Trace
from grader.core.assignment import Assignment, Function
from grader.core.errors import ConfigurationError
from grader.core.outcome import Outcome
from grader.numeric.compare import Difference, Mismatch
from grader.sandbox.fault import Fault, Returned, told
from grader.sandbox.session import Session
from grader.worker.wire import Handle


class StudentFault(Exception):  # noqa: N818 - the student's, not ours
    """A call ended without a value; ends the check with the fault's outcome."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


class Student:
    """A hand-in as hidden checks see it: `out, cache = student.batchnorm_forward(x, …)`.

    A dict argument is updated in place to what the student's code left in it, but for functions of
    a driver: what it is given, others get as well. Values named in the function's `keep` arrive as
    handles, to be passed back; all others are exact ndarrays.

    Attributes
    ----------
    modified
        Positions of the array arguments that the last call changed in place.
    leaked
        Bytes that the last call left in use beside its value, where sanitizers know it.
    trace
        The calls of the check of now, except those that are timed.

    """

    def __init__(self, session: Session, assignment: Assignment) -> None:
        self._session = session
        self._functions = {function.name: function for function in assignment.functions}
        self._drivers = frozenset(assignment.drivers)
        self.modified: tuple[int, ...] = ()
        self.leaked = 0
        self.trace = Trace()
        self._noted: list[Noted] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = self._function(name)

        def call(*arguments: Any) -> Any:
            if self._noted:
                return self._call_noted(Noted(function, arguments))
            return self._noticed(function, self._session.call(name, arguments), arguments)

        return call

    @property
    def later(self) -> Later:
        """The same functions, called together with the next call and in one frame with it.

        `_, cache = student.later.f(x)` followed by `student.g(dout, cache)` does what it does
        without `later`, sooner; only arrays that nobody looks at stay where they are.
        """
        return Later(self)

    def note(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """Note a call for later; return what stands for its value, or for each of its values."""
        self._noted.append(Noted(self._function(name), arguments))
        return self._noted[-1].promise(len(self._noted) - 1)

    def _call_noted(self, last: Noted) -> Any:
        """Make the calls that were noted and one more; return the value of the last."""
        calls = [*self._noted, last]
        self._noted = []
        answers = self._session.chain([call.chained() for call in calls])
        if answers is None:
            return self._one_by_one(calls)
        first = len(self.trace.calls)
        for call, answer in zip(calls[:-1], answers, strict=False):
            everything = replace(call.function, keep=call.function.returns)
            self._noticed(everything, answer, call.arguments, first)
        if len(answers) < len(calls):
            raise StudentFault(Fault(Outcome.CRASHED, f"{last.function.words} was not reached"))
        return self._noticed(last.function, answers[-1], last.arguments, first)

    def _one_by_one(self, calls: Sequence[Noted]) -> Any:
        values: list[tuple[Any, ...]] = []
        for call in calls:
            value = getattr(self, call.function.name)(*call.known(values))
            values.append(value if isinstance(value, tuple) else (value,))
        return value

    def forget(self) -> None:
        """Drop what was noted: another check begins."""
        self.trace = Trace()
        self._noted = []
        self.modified = ()

    def in_turn(
        self, name: str, calls: Sequence[Sequence[Any]], shared: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Call a function once for each tuple of arguments, with one dict as last argument of all.

        Returns the dict as each call left it; `shared` itself is updated to the last one.
        """
        function = self._function(name)
        states = []
        for answer, arguments in zip(self._session.batch(name, calls, shared), calls, strict=True):
            self._noticed(function, answer, (*arguments, shared))
            states.append(dict(shared))
        return states

    def batch(self, name: str, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """Call a function once for each tuple of arguments, in one frame; return the values."""
        function = self._function(name)
        answers = self._session.batch(name, calls)
        return [
            self._noticed(function, answer, arguments)
            for answer, arguments in zip(answers, calls, strict=True)
        ]

    def raised_by(self, name: str, *arguments: Any) -> tuple[str, ...]:
        """Return the class names of the exception that a call raises, () where it returns.

        An unfinished function (NotImplementedError) and the end of the process stay faults.
        """
        function = self._function(name)
        answer = self._session.call(name, arguments)
        if isinstance(answer, Fault) and answer.outcome == "RAISED":
            self.trace.add(function, arguments, answer, 0)
            return answer.kinds
        self._noticed(function, answer, arguments)
        return ()

    def attempt(self, name: str, *arguments: Any) -> Any:
        """Call a function; return its value, or None where it does not work: that costs nothing."""
        try:
            return getattr(self, name)(*arguments)
        except (StudentFault, Mismatch):
            return None

    def fresh(self) -> None:
        """Let the next call start a worker that knows nothing of the calls before."""
        self._session.pool.fresh()

    def start(self) -> None:
        """Have that worker get ready now."""
        self._session.pool.start()

    def begin_prepare(self, name: str, arguments: Sequence[Any]) -> None:
        """Call a function for what a timed call needs of it, without waiting for it."""
        self._function(name)
        self._session.begin_prepare(name, arguments)

    def end_prepare(self, name: str) -> tuple[Handle, ...]:
        """Wait for it; return a handle for each value. Earlier handles are no longer good."""
        function = self._function(name)
        everything = replace(function, keep=function.returns)
        handles: tuple[Handle, ...] = self._value(everything, self._session.end_prepare(), ())
        return handles

    def run_beside(self, other: Student) -> None:
        """Have its process and another's run on one core, until either is replaced."""
        self._session.pool.run_beside(other._session.pool)

    def settle(self) -> None:
        """Wait until its process has come to rest after its last answer, for a moment at most."""
        self._session.pool.settle()

    @property
    def cpu_seconds(self) -> float:
        """CPU time of its processes so far."""
        return self._session.pool.cpu_seconds

    def timed(self, name: str, *arguments: Any) -> tuple[Any, float]:
        """Call a function; return its value and the CPU seconds of its process for the call.

        Its arguments are not watched for changes: that is no work of its own.
        """
        function = self._function(name)
        before = self._session.pool.cpu_seconds
        answer = self._session.call(name, arguments, watch=False)
        seconds = self._session.pool.cpu_seconds - before
        return self._value(function, answer, arguments), seconds

    def _function(self, name: str) -> Function:
        if name not in self._functions:
            raise ConfigurationError(f"a check calls {name!r}, which is not in [[functions]]")
        return self._functions[name]

    def _noticed(
        self,
        function: Function,
        answer: Returned | Fault,
        arguments: Sequence[Any],
        first: int = 0,
    ) -> Any:
        """Return the value of a call, and keep the call in the trace of the check."""
        self.trace.add(function, arguments, answer, first)
        return self._value(function, answer, arguments)

    def _value(self, function: Function, answer: Returned | Fault, arguments: Sequence[Any]) -> Any:
        if isinstance(answer, Fault):
            raise StudentFault(answer)
        dicts = {} if function.file in self._drivers else answer.dicts
        for position, argument in enumerate(arguments):
            if isinstance(argument, dict) and position in dicts:
                argument.clear()
                argument.update(dicts[position])
        # Whoever answers may name any position.
        arrays = {i for i, argument in enumerate(arguments) if isinstance(argument, np.ndarray)}
        self.leaked = answer.leaked
        self.modified = tuple(sorted(arrays.intersection(answer.modified)))
        return _unpacked(function, answer.value)


def _unpacked(function: Function, value: Any) -> Any:
    """Check number and kinds of the returned values; return one value, or a tuple of them."""
    expected = function.returns
    values = value if isinstance(value, tuple) else (value,)
    if len(values) != len(expected):
        raise Mismatch(
            Difference(
                what=f"{function.words} returns the wrong number of values",
                expected=f"{len(expected)}: {', '.join(expected)}",
                actual=str(len(values)),
            )
        )
    checked = tuple(
        _checked(function, name, each) for name, each in zip(expected, values, strict=True)
    )
    return checked if len(checked) > 1 else checked[0]


def _checked(function: Function, name: str, value: Any) -> Any:
    what = f"{name} of {function.words}"
    if name in function.keep:
        return value
    if name not in function.dicts:
        return _array(what, value)
    if not isinstance(value, dict):
        raise Mismatch(Difference(f"{what} is not a dict", "a dict of arrays", _kind(value)))
    return {key: _array(f"{what} at {told(repr(key))}", each) for key, each in value.items()}


def _array(name: str, value: Any) -> np.ndarray[Any, Any]:
    if type(value) in (int, float, bool):
        return np.asarray(value)
    if isinstance(value, np.ndarray):
        return value
    raise Mismatch(
        Difference(
            what=f"{name} is not an array of numbers",
            expected="a NumPy array",
            actual="None" if value is None else _kind(value),
        )
    )


def _kind(value: Any) -> str:
    return f"a {told(value.type_name if isinstance(value, Handle) else type(value).__name__)}"
