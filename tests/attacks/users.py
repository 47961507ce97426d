"""Who runs the grader: the user of now and, where that is root, an ordinary one too."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
# What a grader needs of the checkout.
_PARTS = ("grader", "reference", "student_template", "tests", "pyproject.toml", "README.md",
          "LICENSE")  # fmt: skip
_SYSTEM_PYTHON = "/usr/bin/python3"


@dataclass(frozen=True)
class User:
    """Somebody who runs the grader: the start of a command, and where the attacks lie."""

    name: str
    command: tuple[str, ...]
    attacks: Path


def _unused_uid() -> int:
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    return next(uid for uid in range(62_000, 63_000) if uid not in taken)


def _as_ordinary(folder: Path) -> tuple[str, ...]:
    uid = str(_unused_uid())
    return (
        "setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--",
        "env", "-i", f"HOME={folder}", f"TMPDIR={folder}", "PATH=/usr/bin:/bin",
    )  # fmt: skip


def _install(folder: Path) -> Path:
    """Install the project, for everybody to use, with a Python that everybody can; return that."""
    project = folder / "project"
    project.mkdir()
    for part in _PARTS:
        copy = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy
        copy(PROJECT / part, project / part)
    subprocess.run([_SYSTEM_PYTHON, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    quiet = ["--quiet", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"]
    install = [python, "-m", "pip", "install", *quiet, "--editable", project, "psutil"]
    subprocess.run(install, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""})
    return python


@contextlib.contextmanager
def users() -> Iterator[list[User]]:
    """Return who is to run the grader; an ordinary user beside root needs an own installation."""
    here = (sys.executable, "-B")
    if os.geteuid() != 0:
        yield [User("ordinary", here, HERE)]
        return
    root = User("root", here, HERE)
    with tempfile.TemporaryDirectory(prefix="attacks-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        try:
            python = _install(folder)
            command = (*_as_ordinary(folder), str(python), "-B")
            subprocess.run([*command, "-c", "import grader, numpy"], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.stderr.write(f"Nobody but root tries it: {error}\n")
            yield [root]
            return
        attacks = folder / "project" / "tests" / "attacks"
        yield [root, User("ordinary", command, attacks)]
