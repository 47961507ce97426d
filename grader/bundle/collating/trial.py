"""Try out what was packed: the self-check, in a clean folder."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SCRIPT = "selfcheck.py"
_CHECK_SECONDS = 600
# As Python, gcc and clang say that something is not there.
_IMPORT_ERROR = re.compile(
    r"(?:ModuleNotFound|Import)Error: [^(;\n]*[^(;\s]"
    r"|[^\s:]+: No such file or directory|'[^'\n]+' file not found"
)


def self_check(files: Mapping[str, bytes], folder: Path) -> str:
    """Run the self-check on files in a clean folder, show what it says; return the end of it.

    Where something cannot be imported there, it is run in the student's `folder` as well.
    """
    with tempfile.TemporaryDirectory(prefix="collate-") as clean:
        for path, content in files.items():
            place = Path(clean, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        try:
            passed, said = _self_checked(Path(clean))
        except subprocess.TimeoutExpired:
            return f"The self-check was stopped after {_CHECK_SECONDS} seconds."
    for line in said.splitlines():
        print(f"  {line}".rstrip())
    if passed:
        return "The self-check found nothing wrong."
    lacking = _IMPORT_ERROR.search(said)
    with contextlib.suppress(subprocess.TimeoutExpired):
        verb = "imports" if lacking and "Error:" in lacking[0] else "includes"
        if lacking and lacking[0] not in _self_checked(folder)[1]:
            return (
                f"Warning: the archive lacks what your code {verb} ({lacking[0]}); in your folder "
                "this does not happen. Put it beside the files that are asked for, and pack again."
            )
    return "The self-check found something, see above. You can still hand this in."


def _self_checked(folder: Path) -> tuple[bool, str]:
    """Run the self-check of a folder; return whether all is well, and what it says."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    around: dict[str, Any] = {"cwd": folder, "env": environment, "timeout": _CHECK_SECONDS}
    command = [sys.executable, "-B", SCRIPT]
    done = subprocess.run(command, input=b"", capture_output=True, check=False, **around)
    return done.returncode == 0, (done.stdout + done.stderr).decode("utf-8", "replace").rstrip()
