"""The pytest plugin of the hidden suite: its fixtures, its marks, and how a check ends."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pytest

from grader.checks.race import Inconclusive, Race
from grader.checks.reference import Reference
from grader.checks.shown import ShownNotebook
from grader.checks.student import Student, StudentFault
from grader.checks.trace import Trace
from grader.core.errors import ConfigurationError
from grader.core.finding import CheckResult, Finding, Picture
from grader.core.outcome import Outcome
from grader.core.seeds import derive_seed
from grader.core.text import visible
from grader.numeric.compare import Difference, Measurement, Mismatch, PartialCredit
from grader.sandbox.fault import Fault

# Characters of one text that staff alone read.
_MOST_FOR_STAFF = 20_000


@dataclass
class Subject:
    """What the suite runs against now: one hand-in, the reference, the seed of the run.

    `reference` is the solution in this process, `reference_student` the same in the sandbox, as a
    yardstick for speed. `seed_parts` name everything the seeds derive from. `traces` has the calls
    of each check that ran, `measured` what it compared; `timed` are those that race. `sanitized`
    is the hand-in as it was built with sanitizers, where it is in C.
    """

    student: Student
    reference_student: Student
    reference: Reference
    seed_parts: tuple[str | int, ...]
    notebook: ShownNotebook
    sanitized: Student | None = None
    traces: dict[str, Trace] = field(default_factory=dict)
    measured: dict[str, list[Measurement]] = field(default_factory=dict)
    timed: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


class Fixtures:
    """The plugin: gives each check what it asks for, of the subject and the check of now.

    Its fixtures do without pytest's `request`: one is made anew for every use, which costs more
    than everything else that pytest does for a check.
    """

    subject: Subject
    node: str

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the marks of which every check carries one."""
        for line in (
            "criterion(id): the criterion that this check decides",
            "untraced: what it calls tells nothing of mistakes",
            "follow_through(id): what may earn that criterion a part after a mistake before",
        ):
            config.addinivalue_line("markers", line)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Note which check it is."""
        self.node = item.nodeid

    @pytest.fixture
    def student(self) -> Student:
        """The hand-in; its functions are remote calls."""
        self.subject.student.forget()
        return self.subject.student

    @pytest.fixture
    def sanitized(self) -> Student:
        """The hand-in in C, built so that an error with memory ends its process."""
        if self.subject.sanitized is None:
            raise ConfigurationError("`sanitized` is for assignments with [c]")
        self.subject.sanitized.forget()
        return self.subject.sanitized

    @pytest.fixture
    def reference(self) -> Reference:
        """The reference solution, in this process."""
        return self.subject.reference

    @pytest.fixture
    def rng(self) -> np.random.Generator:
        """Random numbers of this check, this hand-in and this run alone."""
        return np.random.default_rng(derive_seed(*self.subject.seed_parts, self.node))

    @pytest.fixture
    def notebook(self) -> ShownNotebook:
        """The hand-in's notebook: what its cells show."""
        return self.subject.notebook

    @pytest.fixture
    def tell(self) -> Callable[[str], None]:
        """Tell the student something that costs nothing."""
        return self.subject.notes.append

    @pytest.fixture
    def race(self) -> Race:
        """Measure the student's speed against the reference's."""
        self.subject.timed.add(self.node)
        return Race(self.subject.student, self.subject.reference_student)


@dataclass(frozen=True)
class About:
    """What a check says of itself.

    `criterion` is the id that its mark names, "" where it has no mark, or both; `title` the first
    paragraph of its docstring, the sentence the student reads; one that `follows_through` holds
    work against the student's own earlier work.
    """

    criterion: str
    title: str
    follows_through: bool


_ABOUT = pytest.StashKey[About]()


def about(item: pytest.Item) -> About:
    """Return what a check says of itself; read once, for it is asked for every hand-in."""
    if _ABOUT not in item.stash:
        marks = [item.get_closest_marker(name) for name in ("criterion", "follow_through")]
        named = [str(mark.args[0]) if mark.args else "" for mark in marks if mark is not None]
        text = inspect.getdoc(getattr(item, "function", None)) or ""
        item.stash[_ABOUT] = About(
            named[0] if len(named) == 1 else "",
            " ".join(text.split("\n\n")[0].split()),
            marks[1] is not None,
        )
    return item.stash[_ABOUT]


def _picture(difference: Difference) -> Picture | None:
    if difference.curves:
        lines = list(map(_roughly, difference.curves.values()))
        return Picture("curves", visible(difference.what), lines, list(difference.curves))
    if difference.image:
        image = list(map(_roughly, difference.image))
        return Picture("heat map", "Size of the error, entry by entry", image)
    return None


def _roughly(values: Iterable[float | None]) -> list[float | None]:
    """Return numbers as exact as a picture is: a hand-in chooses them, and knows the inputs."""
    return [None if value is None else float(f"{value:.3g}") for value in values]


def _finding(difference: Difference) -> Finding:
    """Return what a check found; names that a hand-in chose may stand in any of its words."""
    return Finding(
        what=visible(difference.what),
        expected=visible(difference.expected),
        actual=visible(difference.actual),
        where=visible(difference.where),
        hint=visible(difference.hint),
        error=difference.error,
        picture=_picture(difference),
        secret={name: _for_staff(text) for name, text in difference.secret.items()},
    )


def _for_staff(text: str) -> str:
    return visible(text, _MOST_FOR_STAFF, lines=True)


def _fault_finding(fault: Fault) -> Finding:
    secret = {"message": fault.message} if fault.message else {}
    return Finding(
        fault.what, actual=fault.actual, where=fault.where, hint=fault.hint, secret=secret
    )


def conclude(
    call: pytest.CallInfo[None],
) -> tuple[Outcome, float | None, Finding]:
    """Return outcome, fraction and finding of a check from the way its call ended.

    What is neither the student's fault nor a check's word is ours.
    """
    if call.excinfo is None:
        return Outcome.PASSED, 1.0, Finding()
    match call.excinfo.value:
        case PartialCredit() as error:
            return Outcome.PARTIAL, error.fraction, _finding(error.difference)
        case Mismatch() as error:
            return Outcome.FAILED, 0.0, _finding(error.difference)
        case StudentFault() as error:
            return error.fault.outcome, 0.0, _fault_finding(error.fault)
        case Inconclusive() as error:
            return Outcome.AWAITING, None, Finding("too close to call", actual=str(error))
    trace = _for_staff(str(call.excinfo.getrepr(style="short")))
    if isinstance(call.excinfo.value, AssertionError):
        return Outcome.FAILED, 0.0, Finding("not as described", secret={"assertion": trace})
    return Outcome.BROKEN, None, Finding(secret={"error": trace})


def result_of(item: pytest.Item, call: pytest.CallInfo[None], notes: list[str]) -> CheckResult:
    """Return the record of one check."""
    outcome, fraction, finding = conclude(call)
    itself = about(item)
    return CheckResult(
        id=item.nodeid,
        criterion=itself.criterion,
        title=itself.title,
        outcome=outcome,
        fraction=fraction,
        finding=finding,
        notes=tuple(notes),
        seconds=round(call.duration, 4),
        follow_through=itself.follows_through,
    )
