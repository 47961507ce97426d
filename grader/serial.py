"""Grade hand-ins one after another in this process, with one warm suite and crew."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from grader.checks.run import RunChecks, with_suite
from grader.core.report import Report
from grader.crew import assemble
from grader.grading import Warm, Watch, grade_or_explain, warm_up
from grader.intake.submissions import HandIn
from grader.run import Run

Publish = Callable[[Report], None]


def _silent(_: str) -> None:
    pass


class GradeOne(Protocol):
    """Grades one hand-in with what is warm, by default with the seed of the run.

    `watch` gets what is known after each check.
    """

    def __call__(
        self, hand_in: HandIn, seed: int | None = None, watch: Watch | None = None
    ) -> Report: ...


def with_grader(
    run: Run, body: Callable[[GradeOne], None], progress: Callable[[str], None] = _silent
) -> None:
    """Warm up one suite and one crew in this process, and call `body` with what grades.

    `progress` is told which cell of a notebook runs. Raises ConfigurationError before
    anything where assignment and suite do not fit.
    """

    def collected(run_checks: RunChecks) -> None:
        with contextlib.ExitStack() as stack:

            def start() -> Warm:
                warm = warm_up(run, assemble(run, stack), run_checks, progress)
                stack.callback(warm.yardstick.pool.close)
                return warm

            warm = start()

            def grade_one(
                hand_in: HandIn, seed: int | None = None, watch: Watch | None = None
            ) -> Report:
                nonlocal warm
                if not warm.crew.alive():
                    warm = start()
                this_run = run if seed is None else replace(run, seed=seed)
                return grade_or_explain(this_run, warm, hand_in, watch)

            body(grade_one)

    with_suite(run.entry.assignment, run.entry.folders.suite, collected)


def grade_in_this_process(
    run: Run,
    hand_ins: Iterable[HandIn],
    publish: Publish,
    progress: Callable[[str], None] = _silent,
) -> None:
    """Grade hand-ins one after another; `publish` gets each report as it is made."""

    def each(grade_one: GradeOne) -> None:
        for hand_in in hand_ins:
            publish(grade_one(hand_in))

    with_grader(run, each, progress)
