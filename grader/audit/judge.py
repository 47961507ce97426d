"""Run the hidden suite against code of our own, in this process: no walls, many times a second."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace

from grader.catalog import Entry
from grader.checks.run import RunChecks, never, with_suite
from grader.checks.shown import ShownNotebook
from grader.core.finding import CheckResult
from grader.core.outcome import Outcome
from grader.core.score import CriterionScore, score_submission
from grader.crew import Crew, Sessions, assemble, open_sessions
from grader.grading import Warm, subject_of, warm_up
from grader.intake.workspace import Workspace, make_workspace
from grader.numeric.compare import Measurement
from grader.run import Run
from grader.sandbox.fault import Fault
from grader.sandbox.tier import NO_WALLS
from grader.sandbox.unwalled import Unwalled

NO_NOTEBOOK = Fault(Outcome.MISSING, "an audit looks at code, not at notebooks")


@dataclass(frozen=True)
class Judged:
    """What the suite says of one set of files: its checks, and the lines of the rubric.

    `measured` has by check what it compared; `timed` are checks that race, `traced` those whose
    calls tell of mistakes.
    """

    checks: list[CheckResult]
    criteria: dict[str, CriterionScore]
    measured: dict[str, list[Measurement]]
    timed: set[str]
    traced: set[str]

    def share(self, criterion: str) -> float | None:
        """Return the share of its points that a criterion earned; None where that is open."""
        line = self.criteria[criterion]
        return None if line.earned is None else line.earned / line.points

    def again(self, other: Judged) -> Judged:
        """Return this with what `other` judged in its place."""
        ids = {check.id for check in other.checks}
        checks = [check for check in self.checks if check.id not in ids] + other.checks
        criteria, measured = self.criteria | other.criteria, self.measured | other.measured
        timed, traced = self.timed | other.timed, self.traced | other.traced
        return Judged(checks, criteria, measured, timed, traced)


class Judge:
    """Judges sets of files, one after the other.

    Attributes
    ----------
    home
        Where what is judged lives; its `answer` sees every request and its reply. Code in C lives
        in processes of its own.

    """

    def __init__(self, run: Run, warm: Warm, yard: Unwalled) -> None:
        self.entry = run.entry
        self._run, self._warm = run, warm
        # Two homes: what is judged may be the reference itself, and the two would be one.
        self.home, self._yard = Unwalled(), yard
        self._crew = warm.crew if warm.crew.workshop else Crew(self.home.start)
        self._supplied = run.entry.supplied_files()

    @contextlib.contextmanager
    def opened(self, files: Mapping[str, bytes]) -> Iterator[tuple[Sessions, Workspace]]:
        """Load a hand-in's files to call their functions; they are unloaded in the end."""
        workspace = make_workspace(self.entry.assignment, files, self._supplied)
        sessions = open_sessions(self._run, self._crew, workspace)
        try:
            # What it prints costs nothing, and nobody reads it.
            nowhere = io.StringIO()
            with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
                yield sessions, workspace
        finally:
            sessions.close()
            for home in (self.home, self._yard):
                home.forget()

    def judge(
        self,
        files: Mapping[str, bytes],
        *,
        seed: int = 0,
        only: Container[str] | None = None,
        enough: Callable[[CheckResult], bool] = never,
        diagnose: bool = False,
    ) -> Judged:
        """Return what the checks (those of the criteria `only`) say of a hand-in's files.

        `enough`, asked after each check, may end it early; `diagnose` names known mistakes.
        """
        run = replace(self._run, seed=seed)
        assignment = self.entry.assignment
        shown = ShownNotebook(NO_NOTEBOOK)
        with self.opened(files) as (sessions, workspace):
            subject = subject_of(run, self._warm, sessions, workspace.digest, shown)
            checks = self._warm.run_checks(subject, only=only, enough=enough)
            if diagnose:
                checks = self._warm.diagnostician.diagnose(checks, subject.traces)
        ran = {check.criterion for check in checks}
        criteria = [criterion for criterion in assignment.criteria if criterion.id in ran]
        lines = {line.id: line for line in score_submission(criteria, checks)[1]}
        traced = {check for check, trace in subject.traces.items() if trace.calls}
        return Judged(checks, lines, subject.measured, subject.timed, traced)


def with_judge(entry: Entry, body: Callable[[Judge], None]) -> None:
    """Collect the suite, load the reference, and call `body` with a judge.

    Raises ConfigurationError where assignment, solution and suite do not fit together.
    """
    run, yard = Run(entry, 0, NO_WALLS), Unwalled()

    def warm(run_checks: RunChecks) -> None:
        with contextlib.ExitStack() as stack:
            crew = assemble(run, stack) if entry.assignment.c else Crew(yard.start)
            known = warm_up(run, crew, run_checks, lambda _: None)
            stack.callback(known.yardstick.pool.close)
            body(Judge(run, known, yard))

    with_suite(entry.assignment, entry.folders.suite, warm)
