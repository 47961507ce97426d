"""That a bundle grades as it should: as it goes out it earns nothing, the solution everything."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.catalog import Entry
from grader.core.errors import ConfigurationError
from grader.core.outcome import Outcome
from grader.core.report import Report
from grader.intake.submissions import HandIn
from grader.notebook.execution import Mode
from grader.release.contents import Item
from grader.release.writing import write_files
from grader.run import Run
from grader.sandbox import tier as tiers
from grader.serial import grade_in_this_process

_TEMPLATE, _SOLUTION = "template", "solution"
_SECONDS = 300
# What a person will grade, and a race that a busy machine leaves open, is no shortcoming.
_FULL = (Outcome.PASSED, Outcome.AWAITING)


def prove(entry: Entry, items: Sequence[Item]) -> dict[str, Report]:
    """Grade the bundle and the solution through the pipeline; return both records.

    Notebooks are judged as they stand and not run. Raises ConfigurationError unless the bundle
    earns 0 and the solution full points, bonus included, but for what a person grades, and the
    bundle's self-check passes the solution.
    """
    reports: list[Report] = []
    with tempfile.TemporaryDirectory(prefix="grader-release-") as root:
        template = Path(root, _TEMPLATE)
        write_files(template, items)
        solution = entry.hand_in_solution(Path(root, _SOLUTION))
        hand_ins = [HandIn(_TEMPLATE, template), HandIn(_SOLUTION, solution)]
        # Code of our own alone: walls that hold are not asked for.
        run = Run(entry, 0, tiers.choose(allow_weak=True), Mode.NEVER)
        grade_in_this_process(run, hand_ins, reports.append)
        _demand_self_check(template, entry.solution_files())
    found = {report.submission.student: report for report in reports}
    for name, report in found.items():
        if report.score.earned is None:
            why = report.staff_notes[0] if report.staff_notes else "a check is broken"
            raise ConfigurationError(f"not released: the {name} cannot be graded: {why}")
    _demand_nothing(found[_TEMPLATE])
    _demand_everything(found[_SOLUTION])
    return found


def _demand_self_check(bundle: Path, solution: Mapping[str, bytes]) -> None:
    """Run the bundle's self-check, if it has one, with the solution in the place of the stubs."""
    script = bundle / "selfcheck.py"
    if not script.is_file():
        return
    for path, content in solution.items():
        (bundle / path).write_bytes(content)
    command = [sys.executable, script.name]
    try:
        done = subprocess.run(  # noqa: S603 - code of our own
            command, cwd=bundle, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        passed, said = done.returncode == 0, (done.stderr or done.stdout).strip()
    except subprocess.TimeoutExpired:
        passed, said = False, f"it took more than {_SECONDS} s"
    if not passed:
        why = next(iter(said.splitlines()), "it says nothing")
        raise ConfigurationError(f"not released: selfcheck.py does not pass the solution: {why}")


def _demand_nothing(report: Report) -> None:
    earning = [line for line in report.criteria if line.earned]
    if earning:
        listed = ", ".join(f"{line.id} {line.earned:g}" for line in earning)
        raise ConfigurationError(
            f"not released: as it goes out the template earns {report.score.earned:g} points "
            f"({listed}), not 0"
        )


def _demand_everything(report: Report) -> None:
    short = [
        line
        for line in report.criteria
        if line.outcome not in _FULL or line.earned not in {None, line.points}
    ]
    if short:
        listed = ", ".join(f"{line.id} {line.outcome.value}" for line in short)
        raise ConfigurationError(
            f"not released: the solution does not earn everything ({listed}); "
            "`grader audit` says more"
        )
