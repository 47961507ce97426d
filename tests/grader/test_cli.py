"""The command line as its users see it: real processes, real output folders."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from grader.sandbox import runtime

PROJECT = Path(__file__).resolve().parents[2]
CLASS = PROJECT / "tests" / "submissions" / "batchnorm"


def grader(*arguments, cwd=PROJECT, **options):
    environment = {**os.environ, "COLUMNS": "100", **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "grader", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        check=False,
        **options,
    )


def grade(*arguments, **options):
    return grader("grade", *arguments, "--assignment", "batchnorm", **options)


def rows(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((out / "grades.csv").read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class in every shape a hand-in may have."""
    root = tmp_path_factory.mktemp("class")
    members = root / "hand-ins"
    members.mkdir()
    shutil.copytree(CLASS / "perfect_staged" / "hand-in", members / "ann")
    shutil.copytree(CLASS / "correct_package" / "hand-in", members / "Zoë Müller")
    shutil.copy(CLASS / "momentum_swapped" / "hand-in" / "layers.py", members / "bob.py")
    source = CLASS / "unfinished" / "hand-in" / "layers.py"
    with zipfile.ZipFile(members / "cleo.zip", "w") as archive:
        archive.write(source, "homework/layers.py")
    with tarfile.open(members / "dan.tar.gz", "w:gz") as archive:
        archive.add(source, "layers.py")
    (members / "eve").mkdir()
    (members / "fay.zip").write_bytes(b"PK\x03\x04 not a zip")
    out = root / "out"
    done = grade(members, "--out", out, "--jobs", "2", "--seed", "3")
    return done, out


def test_a_class_is_graded(graded):
    done, out = graded
    assert done.returncode == 0, done.stderr
    scores = {row["student"]: row["score"] for row in rows(out)}
    assert {student: float(score) for student, score in scores.items()} == {
        "ann": 144,
        "Zoë Müller": 139,
        "bob": 90,
        "cleo": 39.5,
        "dan": 39.5,
        "eve": 0,
        "fay": 0,
    }


def test_the_table_of_grades_keeps_its_contract(graded):
    _, out = graded
    first = rows(out)[0]
    assert list(first)[:5] == ["student", "submission", "score", "possible", "status"]
    assert list(first)[5:8] == ["bn_forward", "bn_eps", "bn_running"]
    assert first["possible"] in {"165", "165.0"}
    # What cannot be opened may hold answers: a person looks.
    waiting = {row["student"] for row in rows(out) if row["status"] != "graded"}
    assert (waiting, rows(out)[6]["status"]) == ({"fay"}, "awaiting")


def test_every_student_has_pages_and_a_record(graded):
    _, out = graded
    for student in ("ann", "Zoë Müller", "fay"):
        folder = out / "students" / student
        record = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        assert record["submission"]["student"] == student
        assert record["conditions"]["seed"] is None
        whole = json.loads((out / "staff" / f"{student}.json").read_text(encoding="utf-8"))
        assert whole["conditions"]["seed"] == 3
        assert whole["score"] == record["score"]
        assert "<html" in (folder / "report.html").read_text(encoding="utf-8")
        assert (out / "staff" / f"{student}.html").is_file()
    assert (out / "index.html").is_file()
    assert not list(out.rglob(".partial-*"))
    assert not (out / "unfinished.json").exists()


def test_progress_is_plain_lines_where_there_is_no_terminal(graded):
    done, _ = graded
    assert "[7/7]" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


def test_the_archive_that_cannot_be_opened_is_explained(graded):
    _, out = graded
    page = (out / "students" / "fay" / "report.html").read_text(encoding="utf-8")
    assert "the archive cannot be opened" in page


def expect_usage(done, *words):
    """One clear line, exit code 2."""
    assert done.returncode == 2, done.stdout
    assert done.stderr.startswith("grader: ")
    assert done.stderr.count("\n") == 1
    for word in words:
        assert word in done.stderr


def test_bad_input_is_one_line_and_writes_nothing(tmp_path):
    out = tmp_path / "out"
    (tmp_path / "empty").mkdir()
    (tmp_path / "foreign" / "x").mkdir(parents=True)
    (tmp_path / "foreign" / "x" / "essay.txt").write_text("hello")
    (tmp_path / "essay.txt").write_text("hello")
    for name in ("one", "two"):
        shutil.copytree(CLASS / "blank" / "hand-in", tmp_path / name / "ann")
    expect_usage(grade(tmp_path / "empty", "-o", out), "is empty", "layers.py")
    expect_usage(grade(tmp_path / "foreign", "-o", out), "holds no layers.py")
    expect_usage(grade(tmp_path / "nowhere", "-o", out), "does not exist")
    expect_usage(grade(tmp_path / "essay.txt", "-o", out), "no hand-in")
    expect_usage(grade(tmp_path / "one", tmp_path / "two", "-o", out), "two hand-ins for 'ann'")
    expect_usage(grade(tmp_path / "one", "-o", tmp_path / "two"), "exists already")
    expect_usage(
        grader("grade", tmp_path / "one", "-a", "nosuch", "-o", out), "no assignment", "batchnorm"
    )
    assert not out.exists()


@pytest.fixture
def broken_assignment(tmp_path):
    def make(change):
        for part in ("reference", "student_template", "tests/hidden"):
            shutil.copytree(PROJECT / part / "batchnorm", tmp_path / part / "batchnorm")
        toml = tmp_path / "reference" / "batchnorm" / "assignment.toml"
        toml.write_text(change(toml.read_text(encoding="utf-8")), encoding="utf-8")
        return toml.parent

    return make


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("points = 12", "pionts = 12"), "did you mean 'points'"),
        (lambda text: text + "\nnonsense", "Expected '='"),
        (
            lambda text: text + '\n[[criteria]]\nid = "new"\ntitle = "New"\npoints = 1\n',
            "no check decides the criterion 'new'",
        ),
    ],
)
def test_a_wrong_assignment_is_one_line_and_writes_nothing(
    broken_assignment, tmp_path, change, words
):
    out = tmp_path / "out"
    done = grader("grade", CLASS / "blank" / "hand-in", "-a", broken_assignment(change), "-o", out)
    expect_usage(done, words)
    assert not out.exists()


def test_a_single_file_is_named_for_its_folder(tmp_path):
    folder = tmp_path / "greta"
    shutil.copytree(CLASS / "blank" / "hand-in", folder)
    out = tmp_path / "out"
    assert grade(folder / "layers.py", "-o", out).returncode == 0
    assert [row["student"] for row in rows(out)] == ["greta"]


def test_weak_walls_have_to_be_asked_for(tmp_path):
    arguments = (CLASS / "blank" / "hand-in", "-o", tmp_path / "out", "--tier", "weak")
    expect_usage(grade(*arguments), "--allow-weak-sandbox")
    done = grade(*arguments, "--allow-weak-sandbox")
    assert done.returncode == 0
    assert "Sandbox: weak" in done.stdout


def test_what_we_failed_to_grade_is_withheld_and_said_with_the_exit_code(
    broken_assignment, tmp_path
):
    assignment = broken_assignment(lambda text: text)
    suite = tmp_path / "tests" / "hidden" / "batchnorm" / "test_layernorm.py"
    suite.write_text(
        suite.read_text(encoding="utf-8").replace("def test_eps(", "def test_eps(nowhere, "),
        encoding="utf-8",
    )
    out = tmp_path / "out"
    done = grader("grade", CLASS / "perfect_staged" / "hand-in", "-a", assignment, "-o", out)
    assert done.returncode == 1
    (row,) = rows(out)
    assert (row["score"], row["status"], row["ln_forward"]) == ("", "broken", "")
    assert row["bn_forward"] in {"12", "12.0"}


def test_version_and_help():
    assert "0.1.0" in grader("--version").stdout
    assert "Examples" in grader("grade", "--help").stdout
    # Examples keep their lines.
    assert "\n    grader demo  " in grader("--help").stdout
    assert "\n    0  everything was graded" in grader("--help").stdout
    assert grader("grade").returncode == 2


def test_doctor_names_the_tier():
    done = grader("doctor")
    assert done.returncode == 0
    assert "Sandbox: " in done.stdout
    assert "Notebooks: " in done.stdout
    assert "leak" not in done.stdout


@pytest.mark.skipif(
    os.geteuid() != 0 or not runtime.hidden_from_others(runtime.find_kernel_runtime()),
    reason="only root starts kernels as another user, who may have to be kept from our Python",
)
def test_why_notebooks_are_not_run_is_said_once_with_what_to_do(tmp_path):
    members = CLASS / "notebook_contradicts" / "hand-in", CLASS / "blank" / "hand-in"
    for name, member in zip(("ann", "bob"), members, strict=True):
        shutil.copytree(member, tmp_path / "class" / name)
    done = grade(tmp_path / "class", "-o", tmp_path / "out", "--tier", "good")
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if "Notebooks were not run" in line]
    for words in ("as another user", "bubblewrap", "ordinary user", "--execute never"):
        assert words in line
    assert {row["student"]: row["status"] for row in rows(tmp_path / "out")} == {
        "ann": "broken",
        "bob": "graded",
    }
    once = ("-o", tmp_path / "never", "--tier", "good", "--execute", "never")
    assert grade(tmp_path / "class", *once).returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_we_may_not_read_is_withheld_or_refused(tmp_path):
    members = tmp_path / "class"
    for name in ("ann", "bob"):
        shutil.copytree(CLASS / "blank" / "hand-in", members / name)
    (members / "bob" / "layers.py").chmod(0)
    done = grade(members, "-o", tmp_path / "out")
    assert done.returncode == 1
    assert {row["student"]: row["status"] for row in rows(tmp_path / "out")} == {
        "ann": "graded",
        "bob": "broken",
    }
    expect_usage(
        grade(members / "bob" / "layers.py", "-o", tmp_path / "no"), "check its permissions"
    )
