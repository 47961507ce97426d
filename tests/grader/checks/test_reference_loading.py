"""The reference solution is loaded as a package, whatever its files call each other."""

from __future__ import annotations

import sys

import pytest

from grader.checks.reference import load_reference
from grader.core.assignment import Assignment, Criterion, File, Function
from grader.core.errors import ConfigurationError

NET = "nets/deep.py"
ASSIGNMENT = Assignment(
    title="Sums",
    version="1",
    files=[File("sums.py"), File(NET)],
    functions=[Function("add", "sums.py", ["total"]), Function("double", NET, ["total"])],
    criteria=[Criterion("adds", "Adds", 1)],
)
SUMS = "def add(a, b):\n    return a + b\n"


def load(net, sums=SUMS):
    return load_reference(ASSIGNMENT, {"sums.py": sums, NET: net})


@pytest.mark.parametrize(
    "line",
    ["from ..sums import add", "from sums import add", "from .. import sums\nadd = sums.add"],
)
def test_relative_and_bare_imports_both_lead_to_the_file(line):
    reference = load(f"{line}\ndef double(a):\n    return add(a, a)\n")
    assert (reference.add(1, 2), reference.double(3)) == (3, 6)


@pytest.mark.parametrize("line", ["from ..sums import add", "from sums import add"])
def test_a_second_solution_gets_its_own_files_and_leaves_nothing_behind(line):
    net = f"{line}\ndef double(a):\n    return add(a, a)\n"
    names, path = set(sys.modules), list(sys.path)
    first = load(net)
    second = load(net, "def add(a, b):\n    return 'own'\n")
    assert (first.double(3), second.double(3)) == (6, "own")
    assert set(sys.modules) == names
    assert sys.path == path


@pytest.mark.parametrize(
    ("net", "complaint"),
    [
        ("1 / 0\n", "nets/deep.py of the solution does not load: division by zero"),
        ("from ..products import mul as double\n", "solution imports products, which"),
        (
            "def triple(a):\n    return 3 * a\n",
            "nets/deep.py of the solution does not define double",
        ),
    ],
)
def test_a_solution_that_does_not_load_is_a_configuration_error(net, complaint):
    with pytest.raises(ConfigurationError, match=complaint):
        load(net)
