"""What the tests of the real pipeline share."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from grader import catalog
from grader.core.report import Report
from grader.intake.submissions import HandIn
from grader.notebook.execution import Mode
from grader.run import Run
from grader.sandbox import tier as tiers
from grader.serial import grade_in_this_process
from tests.grader import toys

PROJECT = Path(__file__).resolve().parents[2]
# They come first, so that no process is left alone with one of them in the end.
FIRST = (
    "test_execute_ends",
    "test_session",
    "test_holding_pipeline",
    "test_execute_incidents",
    "test_seeds",
    "test_example_class",
    "test_cli",
)

_TOML = toys.rubric(
    "Add two arrays",
    toys.table("limits", call_seconds=60.0),
    toys.SUMS,
    toys.ADD,
    toys.criterion("adds", 3, "Adds: the sum is right, always"),
    toys.criterion("keeps", 2, "Keeps its inputs"),
    toys.criterion("more", 1, "Adds more", bonus=True),
)
_SUITE = (
    toys.IMPORTS
    + toys.SUM_OF_EACH_LENGTH
    + '''
@pytest.mark.criterion("keeps")
def test_hidden_inputs(student):
    """The inputs stay as they are."""
    student.add(np.ones(3), np.ones(3))
    expect(not student.modified, "an input changed")

@pytest.mark.criterion("more")
def test_hidden_more(student):
    """Longer arrays are added, too."""
    student.add(np.ones(7), np.ones(7))
'''
)
TOY = {
    "reference/toy/assignment.toml": _TOML,
    "reference/toy/solution/sums.py": toys.RIGHT,
    "student_template/toy/README.md": "Add.\n",
    "student_template/toy/sums.py": "def add(a, b):\n    raise NotImplementedError\n",
    "tests/hidden/toy/test_toy_sums.py": _SUITE,
}


# In the background of a script Ctrl-C is ignored, by what tests start as well; some send it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """Use a process for each core, and one more: some wait for time limits and kernels."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    places = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(FIRST)))


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


@pytest.fixture(scope="session")
def lay_out() -> Callable[[Path, Mapping[str, str | bytes]], Path]:
    """Write files by their paths in a folder, which need not be there; return the folder."""
    return toys.lay_out


@pytest.fixture(scope="session")
def right() -> str:
    """What earns everything in the small assignment."""
    return toys.RIGHT


@pytest.fixture
def toy(tmp_path, lay_out) -> Path:
    """A small assignment, to add two arrays: 5 points, and 1 of bonus."""
    return lay_out(tmp_path / "course", TOY) / "reference" / "toy"
