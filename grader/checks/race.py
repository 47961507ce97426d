"""Measure whether a student's function is faster than the reference's, so that nobody can cheat.

The student's worker runs only the function in question, a sibling worker only the reference.
Every pair has fresh inputs and checked outputs, the order alternates, and time is the worker's
CPU clock as the trusted side reads it.
"""

from __future__ import annotations

import math
import secrets
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.student import Student, StudentFault
from grader.numeric.compare import Difference, Mismatch, expect_close
from grader.numeric.speedup import PASS_RATIO, Speedup, Verdict, judge

_WARM_UPS = 3
_PAIRS = 16
# Rounds until a close call is decided, and until nothing can be said.
_ROUNDS = 3
_MOST_ROUNDS = 6
_OWN_PAIRS = 3
# Seconds; a clock that did not move must not divide by zero.
_SHORTEST = 1e-9
# Whether the gradients are exact is another check's business; here nobody may skip the work.
_TOLERANCE = 1e-3
# So many pairs of a round, nobody knows which, and the last.
_PAIRS_OF_ALL_DIGITS = 3
# Unless it is skipped by fewer digits: inputs that move by so much move the outputs as they should,
# wrong formulas included; in single precision they do not.
_MOVE = 1.0 + 2.0**-24
_MOVE_TOLERANCE = 1e-9

# A process that waits for its next call uses none of the time of the other; ending one costs some.
_MOST_UNREST = 0.05


class Inconclusive(Exception):  # noqa: N818 - nobody's error: the machine is too busy to tell
    """No judgement is possible now; a person will look, nothing is lost."""


@dataclass(frozen=True)
class Lap:
    """The inputs of one pair of timed calls.

    `function` is called with `arguments` first, untimed, on each side. The timed call gets the
    arrays `send`, which nobody has seen before, and of what that call returned the values at the
    positions `take`.
    """

    function: str
    arguments: tuple[Any, ...]
    send: tuple[Any, ...] = ()
    take: tuple[int, ...] = ()

    def begin(self, side: Student) -> None:
        """Bring one side to the point before the timed call, without waiting for it."""
        side.begin_prepare(self.function, self.arguments)

    def end(self, side: Student) -> tuple[Any, ...]:
        """Wait for it; return the arguments of the timed call."""
        values = side.end_prepare(self.function)
        return (*self.send, *(values[position] for position in self.take))


Draw = Callable[[], Lap]


class Race:
    """Compares a function of the student with one of the reference, in workers of their own."""

    def __init__(self, student: Student, reference: Student) -> None:
        self._student = student
        self._reference = reference

    lap = Lap

    def run(self, draw: Draw, name: str, against: str) -> Speedup:
        """Race `name` of the student against `against` of the reference.

        Returns what was measured when the student's is faster; raises Mismatch when it is not or
        when an output is wrong, and Inconclusive when the machine is too busy to tell.
        """
        ratios: list[float] = []
        for number in range(1, _MOST_ROUNDS + 1):
            ratios += self._round(draw, name, against)
            speedup = judge(ratios, final=number >= _ROUNDS)
            if speedup.verdict in {Verdict.FASTER, Verdict.NOT_FASTER}:
                break
        if speedup.verdict is Verdict.INCONCLUSIVE:
            raise Inconclusive(f"the times vary by {speedup.spread:.0%} from ratio to ratio")
        if speedup.verdict is Verdict.NOT_FASTER:
            raise Mismatch(
                Difference(
                    what=f"{name} is not faster than the staged backward pass of the reference",
                    expected=f"at most {PASS_RATIO} of its time",
                    actual=f"{speedup.ratio:.2f} of its time",
                    hint="Count how often your formula walks over the whole array.",
                    error=speedup.ratio,
                )
            )
        return speedup

    def own_ratio(self, draw: Draw, name: str, against: str) -> float | None:
        """Return the time of the student's `name` over that of the student's `against`.

        None where they do not work one after the other. For information only: two functions of one
        hand-in could conspire.
        """
        student, lap = self._student, draw()
        ratios = []
        try:
            lap.begin(student)
            arguments = lap.end(student)
            for pair in range(_OWN_PAIRS):
                order = (name, against) if pair % 2 else (against, name)
                seconds = {each: student.timed(each, *arguments)[1] for each in order}
                ratios.append(seconds[name] / max(seconds[against], _SHORTEST))
        except (StudentFault, Mismatch):
            return None
        return statistics.median(ratios)

    def _expect_all_digits(
        self,
        calls: Mapping[Student, str],
        arguments: Mapping[Student, tuple[Any, ...]],
        values: Sequence[Any],
        expected: Sequence[Any],
    ) -> None:
        """Demand of the timed call before that it was not computed with fewer digits than asked."""
        moved = {
            side: side.timed(calls[side], *map(_moved, arguments[side]))[0]
            for side in (self._student, self._reference)
        }
        sides = zip(moved[self._student], moved[self._reference], values, expected, strict=True)
        for actual, wanted, actual_before, wanted_before in sides:
            name = f"an output of {calls[self._student]}"
            expect_close(name, actual, wanted, tolerance=_TOLERANCE)
            expect_close(
                f"the last digits of {name}",
                np.asarray(actual, np.float64) - actual_before,
                np.asarray(wanted, np.float64) - wanted_before,
                scale=float(np.abs(wanted).max()),
                tolerance=_MOVE_TOLERANCE,
                hint="Compute in float64 throughout.",
            )

    def _round(self, draw: Draw, name: str, against: str) -> list[float]:
        """Return the ratios of a round: geometric means of two pairs, one in either order."""
        student, reference = self._student, self._reference
        for side in (reference, student):
            side.fresh()
            side.start()
        calls = {student: name, reference: against}
        ratios = []
        disturbed = undisturbed = 0.0
        lap = draw()
        last = _WARM_UPS + _PAIRS - 1
        judged = {last, *secrets.SystemRandom().sample(range(last), _PAIRS_OF_ALL_DIGITS)}
        for pair in range(last + 1):
            # Who comes second gains or loses by it, so one order is nothing without the other.
            order = (reference, student) if pair % 2 else (student, reference)
            for side in order:
                lap.begin(side)
            if pair == 0:
                # Beside other work one core may be slower than another for a whole round.
                student.run_beside(reference)
            following = draw()  # while the workers are busy with this lap's untimed part
            arguments = {side: lap.end(side) for side in order}
            timed = {}
            for side, other in zip(order, reversed(order), strict=True):
                # The end of its last answer is not to be done in the other's time.
                other.settle()
                before = student.cpu_seconds
                timed[side] = side.timed(calls[side], *arguments[side])
                if side is reference:
                    disturbed += student.cpu_seconds - before
                    undisturbed += timed[side][1]
            (values, seconds), (expected, yardstick) = timed[student], timed[reference]
            for actual, wanted in zip(values, expected, strict=True):
                expect_close(f"an output of {name}", actual, wanted, tolerance=_TOLERANCE)
            if pair in judged:
                self._expect_all_digits(calls, arguments, values, expected)
            if pair >= _WARM_UPS:
                ratios.append(seconds / max(yardstick, _SHORTEST))
            lap = following
        _expect_rest(name, disturbed, undisturbed)
        return [
            math.sqrt(one * other) for one, other in zip(ratios[::2], ratios[1::2], strict=True)
        ]


def _expect_rest(name: str, seconds: float, yardstick: float) -> None:
    """Demand that the student's process slept while the reference was timed.

    Whoever answers early, and then keeps caches and memory busy, slows the other down.
    """
    if seconds > _MOST_UNREST * yardstick:
        raise Mismatch(
            Difference(
                what=f"after {name} has answered, its process works on",
                expected="no work while the reference is timed",
                actual=f"{seconds:.3f} s of work",
            )
        )


def _moved(argument: Any) -> Any:
    return argument * _MOVE if isinstance(argument, np.ndarray) else argument
