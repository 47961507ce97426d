"""Collect a hidden suite once and run it against one hand-in after another.

One pytest session serves a whole class: its run loop asks for the next hand-in instead of walking
over the items once. No plugin, conftest or configuration from outside takes part.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import re
import sys
import warnings
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pytest

from grader.checks import plugin
from grader.core.assignment import Assignment
from grader.core.errors import ConfigurationError
from grader.core.finding import CheckResult, not_yet_run
from grader.core.score import may_follow_through
from grader.numeric.compare import measuring


def never(_: CheckResult) -> bool:
    """Go on after every check."""
    return False


# Told after each check: results so far, and in place of those to come what they say until then.
Observe = Callable[[Sequence[CheckResult], Sequence[CheckResult]], None]


def unobserved(_: Sequence[CheckResult], __: Sequence[CheckResult]) -> None:
    """Tell nobody."""


class RunChecks(Protocol):
    """Runs the checks against a subject, or those of the criteria `only`.

    `enough`, asked after each check, may end it early; `observe` is told how far it is.
    """

    def __call__(
        self,
        subject: plugin.Subject,
        *,
        only: Container[str] | None = None,
        enough: Callable[[CheckResult], bool] = never,
        observe: Observe = unobserved,
    ) -> list[CheckResult]: ...


# Plugins of pytest that a check makes no use of, but that cost a tenth of its time.
_UNUSED = (
    "terminal", "cacheprovider", "faulthandler", "unraisableexception", "threadexception",
    "capture", "logging", "warnings", "unittest", "skipping", "setuponly", "setupplan",
)  # fmt: skip
_ARGUMENTS = (
    "--noconftest",
    "--strict-markers",
    "--import-mode=prepend",
    *(argument for name in _UNUSED for argument in ("-p", f"no:{name}")),
)


_LINE = re.compile(r'^File ".*", line (\d+)')


class _Loop:
    """Takes the place of pytest's run loop."""

    def __init__(self, assignment: Assignment, body: Callable[[RunChecks], None]) -> None:
        self._assignment = assignment
        self._body = body
        self._results: list[CheckResult] = []
        self.fixtures = plugin.Fixtures()
        self.complaint: str | None = None
        self.error: BaseException | None = None

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self.complaint is None:
            # pytest marks the lines that say what went wrong with an E.
            lines = [
                line[1:].strip() for line in report.longreprtext.splitlines() if line[:2] == "E "
            ]
            # A syntax error names its line apart from its kind.
            numbers = [found[1] for line in lines if (found := _LINE.search(line))]
            place = ":".join([report.nodeid, *numbers[-1:]])
            self.complaint = f"{place} cannot be imported: {(lines or ['?'])[-1]}"

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        order = {criterion.id: n for n, criterion in enumerate(self._assignment.criteria)}
        # Follow-through comes last in a criterion: whether it is asked depends on the others.
        items.sort(key=lambda item: (order.get(_place(item)[0], -1), _place(item)[1]))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self.complaint is None:
            self.complaint = _complaint(self._assignment, session.items)
        if self.complaint is None:
            try:
                self._body(functools.partial(self._run, session))
            except BaseException as error:  # noqa: BLE001 - pytest would swallow it; raised below
                self.error = error
        return True

    def _run(
        self,
        session: pytest.Session,
        subject: plugin.Subject,
        *,
        only: Container[str] | None = None,
        enough: Callable[[CheckResult], bool] = never,
        observe: Observe = unobserved,
    ) -> list[CheckResult]:
        self._results = []
        self.fixtures.subject = subject
        items = [i for i in session.items if only is None or plugin.about(i).criterion in only]
        for (criterion, follows), group in itertools.groupby(items, _place):
            if not follows:
                # One criterion cannot poison the next: each gets a worker of its own.
                subject.student.fresh()
            elif not may_follow_through(self._assignment.criteria, criterion, self._results):
                continue
            # Fixtures that checks share end with the group: the next one may be passed over.
            checks = list(group)
            for item, following in zip(checks, [*checks[1:], None], strict=True):
                # Where the next item may be another run's, pytest is to tear everything down.
                known = following if enough is never else None
                with measuring() as subject.measured[item.nodeid]:
                    item.ihook.pytest_runtest_protocol(item=item, nextitem=known)
                if observe is not unobserved:
                    observe(self._results, _to_come(items, item))
                if enough(self._results[-1]):
                    return self._results
        return self._results

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Record the check; the report for pytest itself stays bare, nobody prints it."""
        if call.when == "call" or call.excinfo is not None:
            subject = self.fixtures.subject
            result = plugin.result_of(item, call, subject.notes)
            subject.notes.clear()
            if item.get_closest_marker("untraced") is None:
                subject.traces[result.id] = subject.student.trace
            subject.student.forget()
            # A teardown that fails replaces what the check itself said.
            self._results = [each for each in self._results if each.id != result.id] + [result]
        assert call.when != "collect"  # noqa: S101 - items are collected before the loop
        return pytest.TestReport(
            nodeid=item.nodeid,
            location=item.location,
            keywords={},
            outcome="failed" if call.excinfo is not None else "passed",
            longrepr=None,
            when=call.when,
        )


def _to_come(items: Sequence[pytest.Item], item: pytest.Item) -> list[CheckResult]:
    """Return what the checks after `item` say until they are run; follow-through may never be."""
    return [
        not_yet_run(each.nodeid, plugin.about(each).criterion, plugin.about(each).title)
        for each in items[items.index(item) + 1 :]
        if not plugin.about(each).follows_through
    ]


def _place(item: pytest.Item) -> tuple[str, bool]:
    """Return what checks that run together have in common: criterion, and follow-through or not."""
    return plugin.about(item).criterion, plugin.about(item).follows_through


def _complaint(assignment: Assignment, items: Sequence[pytest.Item]) -> str | None:
    """Return what is wrong between rubric and suite, in one line."""
    known = {criterion.id for criterion in assignment.criteria if not criterion.answer}
    for item in items:
        named = plugin.about(item).criterion
        if not named:
            return (
                f"check {item.nodeid} names no criterion: "
                "add either @pytest.mark.criterion(ID) or @pytest.mark.follow_through(ID)"
            )
        if named not in known:
            return f"check {item.nodeid} names the criterion {named!r}, which assignment.toml lacks"
        if not plugin.about(item).title:
            return f"check {item.nodeid} has no docstring, the sentence the student reads"
    ordinary, following = (
        {criterion for criterion, follows in map(_place, items) if follows is asked}
        for asked in (False, True)
    )
    promised = {criterion.id for criterion in assignment.criteria if criterion.follow_through}
    for names, words in (
        (known - ordinary, "no check decides the criterion"),
        (promised - following, "no check judges the follow-through of the criterion"),
        (following - promised, "assignment.toml has no follow_through for the criterion"),
    ):
        if names:
            return f"{words} {', '.join(map(repr, sorted(names)))}"
    return None


@contextlib.contextmanager
def _modules_of(suite: Path) -> Iterator[None]:
    """Forget the suite's modules afterwards: another suite may use the same names."""
    path = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = path
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file and Path(file).is_relative_to(suite):
                del sys.modules[name]


def with_suite(assignment: Assignment, suite: Path, body: Callable[[RunChecks], None]) -> None:
    """Collect the checks below `suite` and call `body` with the function that runs them.

    Raises ConfigurationError when suite and rubric do not fit together; `body` is then not called.
    """
    if not suite.is_dir():
        raise ConfigurationError(f"no hidden suite: {suite} is not a folder")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    loop = _Loop(assignment, body)
    arguments = [*_ARGUMENTS, "-c", os.devnull, f"--rootdir={suite}", str(suite)]
    with _modules_of(suite), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a check warns of is nobody's news
        code = pytest.main(arguments, plugins=[loop.fixtures, loop])
    if loop.error is not None:
        raise loop.error
    if loop.complaint is not None:
        raise ConfigurationError(loop.complaint)
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise ConfigurationError(f"{suite} holds no check")
