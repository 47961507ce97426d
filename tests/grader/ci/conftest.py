"""A small assignment, hand-ins for it, and the command line without any CI around it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

TOML = """
title = "Add two arrays"
version = "1"
[limits]
call_seconds = 60.0
[[files]]
path = "sums.py"
[[functions]]
name = "add"
file = "sums.py"
returns = ["total"]
[[criteria]]
id = "adds"
title = "Adds: the sum is right, always"
points = 3
[[criteria]]
id = "keeps"
title = "Keeps its inputs"
points = 2
[[criteria]]
id = "more"
title = "Adds more"
points = 1
bonus = true
"""
SUITE = '''
import numpy as np
import pytest
from grader.numeric.compare import expect, expect_close

@pytest.mark.criterion("adds")
@pytest.mark.parametrize("n", [1, 5])
def test_hidden_sum(student, reference, rng, n):
    """The sum is right."""
    a, b = rng.standard_normal((2, n))
    expect_close("total", student.add(a, b), reference.add(a, b))

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
RIGHT = "def add(a, b):\n    return a + b\n"
CI_VARIABLES = ("GITHUB_", "GITLAB_", "CI", "AUTOGRADER_ROOT")


FILES = {
    "reference/toy/assignment.toml": TOML,
    "reference/toy/solution/sums.py": RIGHT,
    "student_template/toy/README.md": "Add.\n",
    "tests/hidden/toy/test_toy_sums.py": SUITE,
}


@pytest.fixture(scope="session")
def surroundings() -> Callable[..., dict[str, str]]:
    """Make environment variables without those of any CI, and with these."""

    def make(**more: object) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith(CI_VARIABLES)}
        return own | {key: str(value) for key, value in more.items()}

    return make


@pytest.fixture
def toy(tmp_path) -> Path:
    """An assignment of 5 points, and 1 of bonus."""
    for name, text in FILES.items():
        path = tmp_path / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "course" / "reference" / "toy"


@pytest.fixture
def hand_in(tmp_path) -> Callable[..., Path]:
    """Write a hand-in."""

    def write(source: str = RIGHT, where: str = "work") -> Path:
        folder = tmp_path / where
        folder.mkdir(parents=True)
        (folder / "sums.py").write_text(source, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def grader(tmp_path, surroundings) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line; keywords are environment variables."""

    def run(*arguments: object, **variables: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "grader", *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=surroundings(COLUMNS="80", **variables),
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def valid_results() -> Callable[[Path], dict]:
    """Read a results.json that keeps to what Gradescope documents."""
    text = (Path(__file__).parent / "gradescope.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)

    def read(path: Path) -> dict:
        found = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.validate(found, schema, cls=jsonschema.Draft202012Validator)
        return found

    return read
