"""The workflow in the student's bundle: nothing secret, and commands that exist."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
WORKFLOW = (PROJECT / "grader" / "bundle" / "workflows" / "classroom.yml").read_text("utf-8")


def test_the_public_part_needs_nothing_secret():
    assert "secrets" not in WORKFLOW
    assert re.search(r"permissions:\n  contents: read\n", WORKFLOW)
    assert "write" not in WORKFLOW


def test_its_check_runs_in_the_bundle(tmp_path):
    (command,) = re.findall(r"run: python (selfcheck\.py.*)", WORKFLOW)
    work = tmp_path / "work"
    shutil.copytree(PROJECT / "student_template" / "batchnorm", work)
    done = subprocess.run(
        [sys.executable, *shlex.split(command)],
        cwd=work, capture_output=True, text=True, check=False,
    )  # fmt: skip
    # Nothing is implemented yet, so the job is red.
    assert done.returncode == 1, done.stderr
    assert json.loads((work / "selfcheck.json").read_text(encoding="utf-8"))
