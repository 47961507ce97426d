"""The Pythons that students may have, as far as they are here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NEEDS = "import sys; sys.exit(sys.version_info[:2] != (3, {}))"


def works(python, code):
    return not subprocess.run([python, "-c", code], capture_output=True, check=False).returncode


@pytest.fixture(params=range(9, 15), ids=lambda minor: f"3.{minor}")
def python(request):
    """The path of a Python of each version, on the PATH or kept by pyenv; without it, a skip."""
    minor = request.param
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    kept = sorted(pyenv.glob(f"versions/3.{minor}.*/bin/python3"))
    # pyenv puts names on the PATH for Pythons that it does not run.
    for path in filter(None, [shutil.which(f"python3.{minor}"), *map(str, kept)]):
        if works(path, NEEDS.format(minor)):
            return path
    pytest.skip(f"no Python 3.{minor} here")


@pytest.fixture
def numerical_python(python):
    """The same with NumPy."""
    if not works(python, "import numpy"):
        pytest.skip(f"{python} has no NumPy")
    return python
