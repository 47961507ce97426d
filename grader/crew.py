"""What starts workers for an assignment: zygotes, and a workshop for what is built."""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grader.building.workshop import Made, Workshop, sanitizers
from grader.core.errors import ConfigurationError, UsageError
from grader.core.outcome import Outcome
from grader.intake.workspace import Workspace
from grader.run import Run
from grader.sandbox.fault import Fault
from grader.sandbox.policy import Walls
from grader.sandbox.pool import Library, StartWorker, walled
from grader.sandbox.runtime import find_runtime
from grader.sandbox.session import Session
from grader.sandbox.shelf import Shelf
from grader.sandbox.zygote import Zygote


def _lives() -> bool:
    return True


@dataclass(frozen=True)
class Crew:
    """Starts workers: for hand-ins, and for what was built of them with sanitizers.

    `alive` says whether it still can.
    """

    plain: StartWorker
    checked: StartWorker | None = None
    workshop: Workshop | None = None
    alive: Callable[[], bool] = _lives


@dataclass(frozen=True)
class Sessions:
    """The sessions of one hand-in: as it is and, in C, as it was built with sanitizers."""

    plain: Session
    checked: Session | None = None
    made: Made = field(default_factory=Made)

    def start(self) -> None:
        """Have a worker load the hand-in without waiting for it."""
        self.plain.pool.start()

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all workers so far."""
        return sum(each.pool.cpu_seconds for each in self._all)

    def close(self) -> None:
        """End every worker; what was built is gone."""
        for each in self._all:
            each.pool.close()
        self.made.discard()

    @property
    def _all(self) -> list[Session]:
        return [each for each in (self.plain, self.checked) if each is not None]


def assemble(run: Run, stack: contextlib.ExitStack) -> Crew:
    """Start what an assignment needs, behind the walls of the run; it ends with the stack.

    Raises ConfigurationError where the machine has no compiler for an assignment in C.
    """
    assignment, folders = run.entry.assignment, run.entry.folders
    allowed = tuple(assignment.imports.allowed)
    where = find_runtime(allowed, (folders.reference, folders.suite))
    walls, limits = run.tier.walls, assignment.limits
    if assignment.c is None:
        zygote = stack.enter_context(Zygote(walls, where))
        return Crew(walled(zygote, limits), alive=lambda: zygote.alive)
    require_libraries(walls)
    shelf = stack.enter_context(Shelf())
    workshop = Workshop(assignment, assignment.c, walls, shelf)
    where = dataclasses.replace(where, shelf=str(shelf.path))
    plain = stack.enter_context(Zygote(walls, where))
    watched = dataclasses.replace(where, environment=sanitizers())
    checked = stack.enter_context(Zygote(walls, watched))
    return Crew(
        walled(plain, limits),
        walled(checked, limits),
        workshop,
        lambda: plain.alive and checked.alive,
    )


def require_libraries(walls: Walls) -> None:
    """Raise UsageError where no worker could open a library; that would be called the student's."""
    if walls.seccomp and not walls.landlock:
        raise UsageError("hand-ins in C need Landlock: Linux 5.13 or later, not disabled")


def open_sessions(
    run: Run, crew: Crew, workspace: Workspace, *, yardstick: bool = False
) -> Sessions:
    """Return the sessions in which the functions of a workspace can be called.

    A `yardstick` serves one hand-in after another: its time is not limited in all.
    """
    handed_in = set(workspace.unusable if workspace.problem else workspace.located)
    unusable = {
        path: Fault(Outcome.UNREADABLE if path in handed_in else Outcome.MISSING, why)
        for path, why in workspace.unusable.items()
    }
    assignment = run.entry.assignment
    total = math.inf if yardstick else assignment.limits.total_seconds
    if crew.workshop is None:
        spares = 0 if yardstick else 1
        session = Session(
            crew.plain, assignment, workspace.sources, workspace.located, unusable,
            spares=spares, total_seconds=total,
        )  # fmt: skip
        return Sessions(session)
    made = crew.workshop.build(workspace)
    if yardstick:
        _require_whole(made)
    strikes: Counter[str] = Counter()

    def session_of(
        start: StartWorker, libraries: Mapping[str, Library], faults: Mapping[str, Fault]
    ) -> Session:
        located = {f: path for f, path in workspace.located.items() if path in libraries}
        return Session(
            start, assignment, workspace.sources, located, {**faults, **unusable},
            libraries=libraries, broken=made.broken, place=made.lines.place, total_seconds=total,
            strikes=strikes,
        )  # fmt: skip

    checked = None
    if crew.checked is not None:
        checked = session_of(crew.checked, made.checked, made.unchecked)
    return Sessions(session_of(crew.plain, made.plain, made.faults), checked, made)


def _require_whole(made: Made) -> None:
    """Raise ConfigurationError unless the solution was built and can be called."""
    for fault in (*made.faults.values(), *made.broken.values()):
        why = ": ".join(filter(None, (fault.what, fault.actual)))
        raise ConfigurationError(f"the solution cannot be called: {why}")
    if not (made.plain and made.checked):
        raise ConfigurationError("the solution could not be built with sanitizers: is gcc whole?")
