"""Hand-ins for the small assignment, and the command line without any CI around it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

CI_VARIABLES = ("GITHUB_", "GITLAB_", "CI", "AUTOGRADER_ROOT")


@pytest.fixture(scope="session")
def surroundings() -> Callable[..., dict[str, str]]:
    """Make environment variables without those of any CI, and with these."""

    def make(**more: object) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith(CI_VARIABLES)}
        return own | {key: str(value) for key, value in more.items()}

    return make


@pytest.fixture
def hand_in(tmp_path, lay_out, right) -> Callable[..., Path]:
    """Write a hand-in."""

    def write(source: str = right, where: str = "work") -> Path:
        return lay_out(tmp_path / where, {"sums.py": source})

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
