"""A class whose grading is stopped: what is done is kept, and nobody takes it for all."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from grader.cli import main


@pytest.fixture(scope="module", params=[signal.SIGTERM, signal.SIGINT])
def stopped(request, project, tmp_path_factory):
    """Stop grading when one of two hand-ins is done; return the process and its output folder."""
    root = tmp_path_factory.mktemp("stopped")
    blank = project / "tests" / "submissions" / "batchnorm" / "blank" / "hand-in"
    shutil.copytree(blank, root / "class" / "ann")
    shutil.copytree(blank, root / "class" / "bob")
    (root / "class" / "bob" / "layers.py").write_text("while True: pass\n")
    out = root / "out"
    command = [sys.executable, "-m", "grader", "grade", str(root / "class"), "-a", "batchnorm",
               "-o", str(out), "--jobs", "1"]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "COLUMNS": "100"}, cwd=project,
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("[1/2] ann"):
            process.send_signal(request.param)
            break
    told, errors = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, told, errors), out


def test_what_is_done_is_kept(stopped):
    done, out = stopped
    assert done.returncode == 1
    assert not done.stderr
    assert "Stopped: 1 of 2 hand-ins were graded." in done.stdout
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        assert [row["student"] for row in csv.DictReader(file)] == ["ann"]
    assert (out / "index.html").is_file()


def test_an_export_of_it_says_that_it_is_not_all(stopped):
    _, out = stopped
    done = CliRunner().invoke(main, ["export", str(out), "csv"])
    assert done.exit_code == 1
    assert "Grading was stopped, or still goes on: 1 of 2 hand-ins are graded" in done.output
    (out / "unfinished.json").write_text("[]")
    done = CliRunner().invoke(main, ["export", str(out), "csv"])
    assert done.exit_code == 2
    assert "unfinished.json is not as" in done.output
