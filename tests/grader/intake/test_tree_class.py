"""A class in which all but one hand in what is meant to stop the grader: the one is graded."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cases import builder

pytestmark = pytest.mark.attacks

PROJECT = Path(__file__).resolve().parents[3]
ATTACKS = PROJECT / "tests" / "attacks" / "cases"
HONEST = PROJECT / "tests" / "submissions" / "batchnorm" / "perfect_staged" / "hand-in"
# Ten that stopped a class, or took its memory or hours, before they were looked for.
HOSTILE = {
    "bzip": "20_archives/zip_bzip2_bomb",
    "deep": "20_archives/folder_nested",
    "encrypted": "20_archives/zip_encrypted",
    "header": "20_archives/tar_pax_header",
    "holes": "20_archives/tar_sparse_map",
    "links": "20_archives/folder_layers_is_a_link",
    "overlapping": "20_archives/zip_overlapping",
    "pipes": "20_archives/folder_pipes",
    "punycode": "21_large/punycode",
    "table": "20_archives/zip_large_table",
}
# What nobody's name should be: a name of a folder that grows when it is made visible, a command.
NAMES = {b"\xff\xfe": "dcff", "\ue000".encode() * 80: "ue000", b"::error::x": ": :error::x"}


def built(case, folder):
    """Write the hand-in of an attack below a folder; return its path."""
    folder.mkdir()
    bait = dict.fromkeys(("CLASSMATE", "GRADEBOOK", "TARGET", "CANARY"), str(folder / "bait"))
    return builder(ATTACKS / case)(folder, {"layers.py": (HONEST / "layers.py").read_bytes()}, bait)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade the class through the command line; return what it says, and its output folder."""
    root = tmp_path_factory.mktemp("hostile")
    members = root / "class"
    shutil.copytree(HONEST, members / "honest")
    for student, case in HOSTILE.items():
        path = built(case, root / student)
        ending = "".join(path.suffixes) if path.is_file() else ""
        path.rename(members / f"{student}{ending}")
    for name in NAMES:
        shutil.copytree(os.fsencode(HONEST), os.path.join(os.fsencode(members), name))  # noqa: PTH118
    out = root / "out"
    command = [sys.executable, "-m", "grader", "grade", members, "--assignment", "batchnorm"]
    done = subprocess.run(
        [*map(str, command), "--out", str(out), "--jobs", "2"],
        capture_output=True, text=True, check=False, cwd=PROJECT,
    )  # fmt: skip
    return done, out


def scores(out):
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_everybody_has_a_score_and_the_honest_one_theirs(graded):
    done, out = graded
    assert done.returncode == 0, done.stderr
    found = scores(out)
    assert len(found) == 1 + len(HOSTILE) + len(NAMES)
    assert {row["status"] for row in found.values()} <= {"graded", "awaiting"}
    best = max(float(row["score"]) for row in found.values())
    assert float(found["honest"]["score"]) == best > 0
    for student in HOSTILE:
        assert float(found[student]["score"]) <= best


@pytest.mark.parametrize("student", HOSTILE)
def test_student_and_instructor_are_told_in_one_sentence(graded, student):
    done, out = graded
    expected = tomllib.loads((ATTACKS / HOSTILE[student] / "expect.toml").read_text("utf-8"))
    report = json.loads((out / "students" / student / "report.json").read_bytes())
    told = [*report["notes"], *(check["finding"]["what"] for check in report["checks"])]
    assert [words for words in told if re.search(expected["says"], words) and "\n" not in words]
    lines = [each for each in done.stdout.splitlines() if each.startswith(f"{student}: ")]
    assert [each for each in lines if re.search(expected["says"], each)], done.stdout


@pytest.mark.parametrize("shown", NAMES.values())
def test_odd_names_are_folders_and_rows(graded, shown):
    done, out = graded
    (student,) = [name for name in scores(out) if shown in name]
    assert (out / "students" / student / "report.html").is_file()
    assert not re.search(r"(?m)^\s*::", done.stdout)
