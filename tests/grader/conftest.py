"""What the tests of the real pipeline share."""

from __future__ import annotations

import importlib
import os
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader import catalog
from grader.batch import grade_in_this_process
from grader.core.report import Report
from grader.grading import Run
from grader.intake.submissions import HandIn
from grader.notebook.execution import Mode
from grader.sandbox import tier as tiers

PROJECT = Path(__file__).resolve().parents[2]
# They come first, so that no process is left alone with one of them in the end.
LONGEST = {"test_audit_batchnorm", "test_seeds", "test_example_class", "test_cli"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


@pytest.fixture(scope="session")
def project() -> Path:
    """The checkout."""
    return PROJECT


@pytest.fixture(scope="session")
def tier() -> tiers.Tier:
    """The strongest sandbox that holds on this machine; GRADER_TIER forces another one."""
    return tiers.choose(os.environ.get("GRADER_TIER"))


@pytest.fixture(scope="session")
def grade_all(tier):
    """Grade hand-ins through the real pipeline, with one warm suite and one zygote."""

    def run(
        assignment: str, hand_ins: dict[str, Path], seed: int = 0, mode: Mode = Mode.NEVER
    ) -> dict[str, Report]:
        entry = catalog.find_assignment(assignment)
        reports: list[Report] = []
        members = [HandIn(student, path) for student, path in hand_ins.items()]
        grade_in_this_process(Run(entry, seed, tier, mode), iter(members), reports.append)
        return {report.submission.student: report for report in reports}

    return run


@pytest.fixture(scope="session")
def batchnorm(project) -> str:
    """The bundled assignment."""
    return str(project / "reference" / "batchnorm")


@pytest.fixture(scope="session")
def course(project) -> Iterator[Callable[[str], types.ModuleType]]:
    """Import a file of the solved assignment batchnorm, by its dotted name in a package.

    What the solution does not hold is given, and comes from the template.
    """
    package = types.ModuleType("solved_batchnorm")
    reference, template = project / "reference", project / "student_template"
    package.__path__ = [str(reference / "batchnorm" / "solution"), str(template / "batchnorm")]
    sys.modules[package.__name__] = package
    yield lambda name: importlib.import_module(f"{package.__name__}.{name}")
    for name in [name for name in sys.modules if name.partition(".")[0] == package.__name__]:
        del sys.modules[name]
