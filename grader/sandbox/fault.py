"""What a worker answers or dies of, checked and put into words for the student.

A worker can say anything: student code reaches its reply channel. So an answer counts only if it
has exactly one of the forms below, and the most a forged one can do is lie about a return value.
"""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass, field
from typing import Any

import msgspec

from grader.core.assignment import Limits
from grader.core.outcome import Outcome
from grader.core.text import visible, without_numbers
from grader.sandbox.process import Death

# Numbers that could be inputs, also those that are part of a name.
_DIGITS = re.compile(r"\d*\.\d{3,}|\d{5,}")
_LONGEST = 200


class _Answer(msgspec.Struct, tag_field="status", forbid_unknown_fields=True, kw_only=True):
    """What every answer may say: `asked` is what code asked for that no worker has."""

    asked: list[str] = []


class LoadedAnswer(_Answer, tag="loaded"):
    """The hand-in is imported.

    `absent` are modules that only a stub stands for; `compiled` is for the next worker of the same
    hand-in, never looked into here.
    """

    absent: list[str]
    compiled: dict[str, Any]


class ReturnedAnswer(_Answer, tag="returned"):
    """A call came back; `dicts` are its dict arguments by position as it left them."""

    value: Any
    dicts: dict[int, dict[str, Any]] = {}
    modified: list[int] = []
    leaked: int = 0


class RaisedAnswer(_Answer, tag="raised"):
    """Student code raised; `kinds` are the exception's classes, the most special first."""

    kinds: list[str]
    message: str
    path: str
    line: int


class UndefinedAnswer(_Answer, tag="undefined"):
    """The function is not there."""


class BatchAnswer(_Answer, tag="batch"):
    """Many calls."""

    calls: list[ReturnedAnswer | RaisedAnswer | UndefinedAnswer]


Answer = LoadedAnswer | ReturnedAnswer | RaisedAnswer | UndefinedAnswer | BatchAnswer


@dataclass(frozen=True)
class Fault:
    """What went wrong in the student's code; all but `message` is for the student to read.

    `kinds` are the names of the exception's classes. `message` is for staff: student code may
    have composed it from hidden inputs. `loading` says that the file did not load: no function of
    it was called.
    """

    outcome: Outcome
    what: str
    actual: str = ""
    where: str = ""
    hint: str = ""
    kinds: tuple[str, ...] = ()
    message: str = ""
    loading: bool = False


@dataclass(frozen=True)
class Returned:
    """A call that came back: its value, the dict arguments as it left them, what it modified.

    `leaked` are bytes that it left in use beside its value, where that is known.
    """

    value: Any
    dicts: dict[int, dict[str, Any]] = field(default_factory=dict)
    modified: tuple[int, ...] = ()
    leaked: int = 0


def told(text: str, limit: int = _LONGEST) -> str:
    """Return words that student code chose as its student may read them: it knows the inputs."""
    return _DIGITS.sub("#", without_numbers(visible(text, limit)))


def parse_answer(answer: dict[str, Any]) -> Answer | Fault:
    """Return the answer as what it claims to be, or a fault if it is none of those."""
    try:
        parsed: Answer = msgspec.convert(answer, Answer, strict=False)
    except (msgspec.ValidationError, AttributeError, TypeError, ValueError) as error:
        # msgspec takes an array for a mapping, and asks for its keys.
        return Fault(
            Outcome.CRASHED,
            "the code wrote to the channel that carries its results",
            message=visible(str(error)),
        )
    return parsed


def _place(path: str, line: int) -> str:
    return f"line {line} of {visible(path, 80)}" if path else ""


def fault_of_exception(subject: str, answer: RaisedAnswer) -> Fault:
    """Describe an exception; `subject` is the function's name, or "" for the file itself."""
    kinds = tuple(told(kind, 100) for kind in answer.kinds[:20]) or ("an exception",)
    message = visible(answer.message, 1000)
    who = subject or "the file"
    outcome, what, hint = Outcome.RAISED, f"{subject} raised {kinds[0]}", ""
    actual = told(answer.message)
    if not subject:
        what = f"the file does not load: {kinds[0]}"
    if kinds[0] == "NotImplementedError":
        outcome, what = Outcome.MISSING, f"{who} still raises NotImplementedError"
        actual = ""
    elif "MemoryError" in kinds:
        outcome, what = Outcome.OVER_LIMIT, f"{who} asked for more memory than it may"
    elif kinds[0] == "EOFError":
        hint = "input() or a debugger waits for a keyboard here; take it out."
    elif kinds[0] == "SystemExit":
        hint = "exit() ends the whole process; take it out."
    elif "SyntaxError" in kinds and "print" in message:
        hint = "This is Python 2's print statement; in Python 3 it is a function: print(x)."
    return Fault(
        outcome,
        what,
        actual=actual,
        where=_place(answer.path, answer.line),
        hint=hint,
        kinds=kinds,
        message=message,
    )


def fault_of_death(subject: str, death: Death, seconds: float, limits: Limits) -> Fault:
    """Describe the end of a worker that was to answer within `seconds` of CPU time."""
    who = subject or "the file, while it is imported,"
    where = _place(death.path, death.line)
    match death.cause:
        case "time":
            return Fault(
                Outcome.TIMED_OUT,
                f"{who} was stopped after {seconds:g} s",
                where=where,
                hint="Look for a loop that does not end, or that runs far too often.",
            )
        case "output":
            return Fault(
                Outcome.OVER_LIMIT,
                f"{who} printed more than {limits.output_mb:g} MB",
                where=where,
                hint="Take out the prints.",
            )
        case "reply":
            return Fault(
                Outcome.OVER_LIMIT,
                f"{who} returned more than can be looked at",
                hint="Look at the shapes of what it returns.",
                message=visible(death.detail),
            )
        case "protocol":
            return Fault(
                Outcome.CRASHED,
                f"{who} wrote to the channel that carries its results",
                message=visible(death.detail),
            )
    # The hand-in can print what a sanitizer does, and knows the inputs.
    actual = told(death.detail, 300) if death.detail else _ending(death.status)
    return Fault(Outcome.CRASHED, f"{who} ended the process", actual=actual, where=where)


def _ending(status: int) -> str:
    number = status & 0x7F
    if number == 0:
        return f"exit code {status >> 8}"
    try:
        return f"signal {signal.Signals(number).name}"
    except ValueError:
        return f"signal {number}"


def interpret(name: str, answer: Answer | Fault) -> Returned | Fault:
    """Return what a call of `name` came to; "" stands for the import of a file."""
    match answer:
        case Fault():
            return answer
        case RaisedAnswer():
            return fault_of_exception(name, answer)
        case UndefinedAnswer():
            return Fault(Outcome.MISSING, f"{name} is not defined")
        case ReturnedAnswer(value=None):
            return Fault(
                Outcome.MISSING, f"{name} returns None", hint="Is the return statement missing?"
            )
        case ReturnedAnswer():
            return Returned(answer.value, answer.dicts, tuple(answer.modified), answer.leaked)
    return Fault(Outcome.CRASHED, f"{name} wrote to the channel that carries its results")
