"""The autograder for Gradescope, unpacked and run as Gradescope does, but for the installation."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
HAND_INS = PROJECT / "tests" / "submissions" / "batchnorm"
METADATA = {
    "id": 123456,
    "created_at": "2026-03-01T14:22:32.365935-07:00",
    "assignment": {"id": 25828, "title": "Batch norm", "total_points": "145.0"},
    "submission_method": "upload",
    "users": [{"email": "ann@example.edu", "id": 7, "name": "Ann Ünsal"}],
    "previous_submissions": [],
}
# What the script and the grader may start. bubblewrap is not among it.
COMMANDS = ("bash", "env", "cp", "mkdir", "rm")


class Autograder:
    """A folder laid out as /autograder is."""

    def __init__(self, root: Path, package: Path, variables: dict[str, str]) -> None:
        self.root = root
        self.results = root / "results" / "results.json"
        self._variables = variables
        (root / "submission").mkdir(parents=True)
        with zipfile.ZipFile(package) as archive:
            archive.extractall(root / "source")
            for entry in archive.infolist():
                (root / "source" / entry.filename).chmod(entry.external_attr >> 16 & 0o777)
        metadata = root / "submission_metadata.json"
        metadata.write_text(json.dumps(METADATA), encoding="utf-8")
        self._path = root / "bin"
        self._path.mkdir()
        for command in COMMANDS:
            (self._path / command).symlink_to(shutil.which(command))

    def run(self, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.root / "source" / "run_autograder")],
            cwd=self.root,
            env=self._variables
            | {
                "PATH": str(self._path),
                "AUTOGRADER_ROOT": str(self.root),
                "GRADER_PYTHON": python,
            },
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def package(toy, grader, tmp_path):
    """The package of the small assignment."""
    done = grader("package", "gradescope", toy, "-o", tmp_path / "autograder.zip")
    assert done.returncode == 0, done.stderr
    return tmp_path / "autograder.zip"


def test_it_grades_an_upload(grader, tmp_path, surroundings, valid_results):
    # The real assignment, as root, where bubblewrap is absent.
    package = tmp_path / "autograder.zip"
    done = grader("package", "gradescope", PROJECT / "reference" / "batchnorm", "-o", package)
    assert done.returncode == 0, done.stderr
    assert "145 points" in done.stdout
    autograder = Autograder(tmp_path / "autograder", package, surroundings())
    shutil.copytree(
        HAND_INS / "momentum_swapped" / "hand-in",
        autograder.root / "submission",
        dirs_exist_ok=True,
    )
    ran = autograder.run()
    assert ran.returncode == 0, ran.stderr
    results = valid_results(autograder.results)
    assert results["score"] == 90.0
    # Bonus and written answers have no maximum, whatever was handed in.
    assert sum(test.get("max_score", 0.0) for test in results["tests"]) == 145.0
    assert sum(test["score"] for test in results["tests"]) == 90.0
    told = {test["extra_data"]["criterion"]: test for test in results["tests"]}
    assert told["bn_forward"]["status"] == "passed"
    assert "momentum and 1 - momentum are swapped" in told["bn_running"]["output"]
    assert "graded by a person" in told["answer_1"]["name"]
    # A test stands alone: what stops many of them is told in each.
    assert "classifiers/fc\\_net.py" not in told["net_test"]["output"]
    assert "classifiers/fc_net.py was not handed in" in told["net_test"]["output"]
    assert "Ann Ünsal: 90 / 165" in ran.stdout
    assert results["stdout_visibility"] == "hidden"


def test_it_holds_what_it_needs_and_nothing_else(package, grader, toy, tmp_path):
    with zipfile.ZipFile(package) as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        scripts = [archive.read(name) for name in ("setup.sh", "run_autograder")]
    assert {name.partition("/")[0] for name in modes} == {
        "LICENSE", "README.md", "failed.json", "grader", "pyproject.toml", "reference",
        "run_autograder", "setup.sh", "student_template", "tests",
    }  # fmt: skip
    assert {"reference/toy/assignment.toml", "tests/hidden/toy/test_toy_sums.py"} <= set(modes)
    assert not [name for name in modes if "__pycache__" in name or "batchnorm" in name]
    assert {name for name, mode in modes.items() if mode & stat.S_IXUSR} == {
        "setup.sh", "run_autograder"
    }  # fmt: skip
    for script in scripts:
        assert script.startswith(b"#!/usr/bin/env bash\n")
        assert b"\r" not in script
        assert b"@" not in script.replace(b'"$@"', b"")
        checked = subprocess.run(["bash", "-n"], input=script, check=False)  # noqa: S607
        assert checked.returncode == 0
    assert package.stat().st_mode & 0o077 == 0
    twin = tmp_path / "twin.zip"
    assert grader("package", "gradescope", toy, "-o", twin).returncode == 0
    assert twin.read_bytes() == package.read_bytes()


@pytest.mark.parametrize("python", ["/bin/false", "/nonexistent/python"])
def test_without_a_grader_there_is_a_result_all_the_same(
    package, tmp_path, surroundings, valid_results, python
):
    autograder = Autograder(tmp_path / "autograder", package, surroundings())
    assert autograder.run(python).returncode != 0
    results = valid_results(autograder.results)
    assert "score" not in results
    assert results["tests"] == []
    assert "no fault of yours" in results["output"]


@pytest.mark.parametrize("ends", [": > {results}; kill -9 $$", "rm -f {results}", "kill -9 $PPID"])
def test_whatever_ends_it_there_is_a_result(package, tmp_path, surroundings, valid_results, ends):
    autograder = Autograder(tmp_path / "autograder", package, surroundings())
    breaks = tmp_path / "python"
    breaks.write_text(f"#!/bin/bash\n{ends.format(results=autograder.results)}\nexit 1\n")
    breaks.chmod(0o755)
    assert autograder.run(str(breaks)).returncode != 0
    assert "no fault of yours" in valid_results(autograder.results)["output"]


def test_hidden_criteria_are_not_summed_up(toy, grader, hand_in, tmp_path, valid_results):
    folder = hand_in("def add(a, b):\n    raise ValueError\n")
    out = tmp_path / "out"
    done = grader("ci", folder, "-a", toy, "--format", "gradescope", "-o", out,
                  "--visibility", "after_published", "--visibility", "adds=visible")  # fmt: skip
    assert done.returncode == 0, done.stderr
    results = valid_results(out / "results.json")
    assert [test["visibility"] for test in results["tests"]] == [
        "visible", "after_published", "after_published"
    ]  # fmt: skip
    assert results["output"] == ""
    assert "add raised ValueError" in results["tests"][1]["output"]


def test_a_package_refuses_a_folder_that_is_not_there(toy, grader, tmp_path):
    done = grader("package", "gradescope", toy, "-o", tmp_path / "no" / "autograder.zip")
    assert done.returncode == 2
    assert "there is no folder" in done.stderr


def test_a_package_replaces_nothing(toy, grader, tmp_path):
    out = tmp_path / "autograder.zip"
    out.write_text("mine", encoding="utf-8")
    done = grader("package", "gradescope", toy, "-o", out)
    assert (done.returncode, out.read_text(encoding="utf-8")) == (2, "mine")
    assert "exists already" in done.stderr


def test_a_package_that_cannot_be_written_leaves_nothing(toy, surroundings, tmp_path):
    # No file may have more than 8 KB here.
    command = f"ulimit -f 8 && {sys.executable} -m grader package gradescope {toy}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=surroundings(PYTHONDONTWRITEBYTECODE="1"),  # noqa: S607
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["course"]
