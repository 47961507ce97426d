"""Grade hand-ins one after another in this process, with one warm suite and zygote."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from grader.checks.run import RunChecks, with_suite
from grader.core.report import Report
from grader.grading import Warm, Watch, grade_or_explain, warm_up
from grader.intake.submissions import HandIn
from grader.run import Run
from grader.sandbox.pool import walled
from grader.sandbox.runtime import find_runtime
from grader.sandbox.zygote import Zygote

Publish = Callable[[Report], None]


def _silent(_: str) -> None:
    pass


def open_zygote(run: Run) -> Zygote:
    """Start a zygote with the libraries that the assignment allows."""
    folders = run.entry.folders
    keep_out = (folders.reference, folders.suite)
    allowed = tuple(run.entry.assignment.imports.allowed)
    return Zygote(run.tier.walls, find_runtime(allowed, keep_out))


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
    """Warm up one suite and one zygote in this process, and call `body` with what grades.

    `progress` is told which cell of a notebook runs. Raises ConfigurationError before
    anything where assignment and suite do not fit.
    """

    def collected(run_checks: RunChecks) -> None:
        with contextlib.ExitStack() as stack:

            def start() -> tuple[Zygote, Warm]:
                zygote = stack.enter_context(open_zygote(run))
                start_worker = walled(zygote, run.entry.assignment.limits)
                warm = warm_up(run, start_worker, run_checks, progress)
                stack.callback(warm.yardstick.pool.close)
                return zygote, warm

            zygote, warm = start()

            def grade_one(
                hand_in: HandIn, seed: int | None = None, watch: Watch | None = None
            ) -> Report:
                nonlocal zygote, warm
                if not zygote.alive:
                    zygote, warm = start()
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
