"""Small assignments, put together from tables of a rubric, checks and files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


def lay_out(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files by their paths in a folder, which need not be there; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def hand_in(root: Path, student: str, files: str | Mapping[str, str | bytes]) -> Path:
    """Write a hand-in, given its files or the source of sums.py; return its folder."""
    return lay_out(
        root / "class" / student, {"sums.py": files} if isinstance(files, str) else files
    )


def rubric(title: str, *tables: str) -> str:
    """Return an assignment.toml of these tables."""
    return "\n".join((f'title = "{title}"\nversion = "1"', *tables))


def table(name: str, /, **keys: object) -> str:
    """Return a table, or one of an array of tables: `table("[files]", path="sums.py")`."""
    # A string, a number, a flag and a list of these are written as in JSON.
    return "\n".join([f"[{name}]", *(f"{key} = {json.dumps(keys[key])}" for key in keys), ""])


def file(path: str, **keys: object) -> str:
    """Return the table of a file."""
    return table("[files]", path=path, **keys)


def function(name: str, *returns: str, file: str = "sums.py", **keys: object) -> str:
    """Return the table of a function."""
    return table("[functions]", name=name, file=file, returns=returns, **keys)


def criterion(name: str, points: float, title: str = "", **keys: object) -> str:
    """Return the table of a criterion; its title is its name where none is given."""
    return table("[criteria]", id=name, title=title or name.capitalize(), points=points, **keys)


SUMS = file("sums.py")
ADD = function("add", "total")
GIVEN_FILE = file("given.py", role="given")

RIGHT = "def add(a, b):\n    return a + b\n"
# The same with the help of a file that is given.
HELPED = "import given\n\ndef add(a, b):\n    return given.same(a + b)\n"
GIVEN = "def same(x):\n    return x\n"

# What a hidden suite begins with.
IMPORTS = """
import numpy as np
import pytest
from grader.numeric.compare import expect, expect_close
"""
SUM_OF_EACH_LENGTH = '''
@pytest.mark.criterion("adds")
@pytest.mark.parametrize("n", [1, 5])
def test_hidden_sum(student, reference, rng, n):
    """The sum is right."""
    a, b = rng.standard_normal((2, n))
    expect_close("total", student.add(a, b), reference.add(a, b))
'''
SUM_ONCE = '''
@pytest.mark.criterion("adds")
def test_add(student, rng):
    """The sum is right."""
    a, b = rng.standard_normal((2, 3))
    expect_close("total", student.add(a, b), a + b)
'''


def assignment(toml: str, solution: str, suite: str) -> dict[str, str]:
    """Return the files of the assignment `toy`, with the file that it gives."""
    return {
        "reference/toy/assignment.toml": toml,
        "reference/toy/solution/sums.py": solution,
        "reference/toy/solution/given.py": GIVEN,
        "student_template/toy/given.py": GIVEN,
        "tests/hidden/toy/test_toy_sums.py": suite,
    }


def make(root: Path, *, toml: str, suite: str, solution: str = HELPED) -> str:
    """Write the assignment `toy` in three folders; return where its rubric lies."""
    return str(lay_out(root, assignment(toml, solution, suite)) / "reference" / "toy")
