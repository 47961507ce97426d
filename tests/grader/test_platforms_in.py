"""Downloads of every platform, graded by the command: real files in, grades of the right people."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
CLASS = PROJECT / "tests" / "submissions" / "batchnorm"
RIGHT = (CLASS / "perfect_staged" / "hand-in" / "layers.py").read_bytes()
BLANK = (CLASS / "blank" / "hand-in" / "layers.py").read_bytes()
METADATA = """\
submission_1001:
  :submitters:
  - :name: Kim Jan
    :sid: '31'
  - :name: 李 明
    :sid: '32'
  :created_at: 2024-03-01 07:59:12.345678000 Z
submission_1002:
  :submitters:
  - :name: Gina Scope
    :email: gina@example.edu
"""
ROSTER = """\
name,id,github
Zoë Müller,4711,
Ann Lee,4712,
Bob Smith,,
Hub Gitter,,hubg
Nora Books,nb1,
Cleo Flat,,
Gina Scope,,
Kim Jan,31,
李 明,32,
Dee Plain,,
Gus Ghost,99,
"""


def zipped(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.fixture(scope="module")
def downloads(tmp_path_factory, lay_out):
    root = tmp_path_factory.mktemp("downloads")
    canvas = {
        "müllerzoë_LATE_4711_90210_layers-1.py": RIGHT,
        "leeann_4712_90300_hw.zip": zipped({"hw/cs231n/layers.py": RIGHT}),
        "mallory\x1b[2J_4713_90400_homework.py": BLANK,
        "notes.txt": b"?",
    }
    flat = {
        "Cleo Flat_8_assignsubmission_file_layers.py": RIGHT,
        "Ann Lee_9_assignsubmission_onlinetext_onlinetext.html": b"<p>see Canvas</p>",
    }
    return lay_out(root, {
        "canvas.zip": zipped(canvas),
        "moodle/Bob Smith_657832_assignsubmission_file/hw.zip": zipped({"layers.py": RIGHT}),
        "moodle-flat.zip": zipped(flat),
        "gradescope.zip": zipped({
            "assignment_5_export/submission_metadata.yml": METADATA.encode(),
            "assignment_5_export/submission_1001/layers.py": RIGHT,
            "assignment_5_export/submission_1002/layers (1).py": RIGHT,
        }),
        "hw1-submissions/hw1-hubg/cs231n/layers.py": RIGHT,
        "hw1-submissions/hw1-hubg/.git/HEAD": b"ref: refs/heads/main\n",
        "hw1-submissions/hw1-other/layers.py": BLANK,
        "hw1-submissions/hw1-other/.git/HEAD": b"ref: refs/heads/main\n",
        "submitted/nb1/batchnorm/layers.py": RIGHT,
        "submitted/nb1/batchnorm/timestamp.txt": b"2024-02-02 15:58:23.9 UTC",
        "plain/dee plain/layers.py": RIGHT,
        "cut.zip": zipped(canvas)[:300],
        "students.csv": ROSTER.encode("utf-8-sig"),
    })  # fmt: skip


ARGUMENTS = ("canvas.zip", "moodle", "moodle-flat.zip", "gradescope.zip", "hw1-submissions",
             "submitted", "plain")  # fmt: skip


def grade(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "grader", "grade", *map(str, arguments), "-a", "batchnorm"],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={**os.environ, "COLUMNS": "120", "PYTHONPATH": str(PROJECT)},
        check=False,
    )


@pytest.fixture(scope="module")
def graded(downloads, tmp_path_factory):
    out = tmp_path_factory.mktemp("graded") / "out"
    done = grade(downloads, *ARGUMENTS, "--roster", "students.csv", "-o", out, "-j", 2)
    assert done.returncode == 0, done.stderr
    return done, out


def rows(out):
    return list(csv.DictReader(io.StringIO((out / "grades.csv").read_text(encoding="utf-8"))))


def test_every_platform_s_hand_ins_are_graded_and_go_by_the_roster(graded):
    _, out = graded
    scores = {row["student"]: float(row["score"]) for row in rows(out)}
    right = scores["Dee Plain"]
    assert right > 0
    assert scores == {
        "Zoë Müller": right,
        "Ann Lee": right,  # in Canvas; in Moodle she typed text
        "Bob Smith": right,
        "Cleo Flat": right,
        "Kim Jan": right,
        "李 明": right,
        "Gina Scope": right,
        "Hub Gitter": right,
        "Nora Books": right,
        "Dee Plain": right,
        r"mallory\x1b[2J": 0,
        "other": 0,
    }


def test_the_members_of_a_group_have_a_row_each_and_one_report(graded):
    _, out = graded
    first, second = (row for row in rows(out) if row["submission"] == "submission_1001")
    assert {first.pop("student"), second.pop("student")} == {"Kim Jan", "李 明"}
    assert first == second
    assert (out / "students" / "Kim Jan, 李 明" / "report.html").is_file()
    assert not (out / "students" / "Kim Jan").exists()


def submission(out, student):
    record = (out / "staff" / f"{student}.json").read_text(encoding="utf-8")
    return json.loads(record)["submission"]


def test_the_record_says_when_it_came_and_what_platforms_call_the_student(graded):
    _, out = graded
    zoe = submission(out, "Zoë Müller")
    assert zoe["ids"] == {"canvas": "4711", "sid": "4711", "late": "yes"}
    assert [file["path"] for file in zoe["files"] if file["origin"] == "student"] == ["layers.py"]
    group = submission(out, "Kim Jan, 李 明")
    assert group["members"] == ["Kim Jan", "李 明"]
    assert group["received"] == "2024-03-01T07:59:12+00:00"
    assert group["ids"] == {"gradescope": "1001"}
    assert group["member_ids"] == [{"sid": "31"}, {"sid": "32"}]
    # They share the report, not each other's ids.
    page = out / "students" / "Kim Jan, 李 明" / "report.json"
    assert json.loads(page.read_text(encoding="utf-8"))["submission"]["member_ids"] == []
    assert submission(out, "Nora Books")["received"] == "2024-02-02T15:58:23+00:00"
    assert submission(out, "Hub Gitter")["ids"] == {"github": "hubg"}
    bob = submission(out, "Bob Smith")
    assert bob["ids"] == {"moodle": "657832"}
    assert bob["name"] == "Bob Smith_657832_assignsubmission_file"


def test_what_is_odd_is_told_before_grading(graded):
    done, _ = graded
    before = done.stdout[: done.stdout.index("[1/")].splitlines()
    assert before[0].startswith(
        "11 hand-ins from Canvas, Moodle, Gradescope, GitHub and nbgrader: "
    )
    for line in (
        "Zoë Müller: renamed file: layers-1.py → layers.py",
        "Matched nobody: notes.txt (not a name that Canvas gives)",
        r"Not on the roster: mallory\x1b[2J, other",
        "Handed in nothing: Gus Ghost",
    ):
        assert line in before
    assert any("Ann Lee: two hand-ins by one student: nothing says" in line for line in before)
    assert "\x1b" not in done.stdout


def test_who_handed_in_nothing_has_no_row(graded):
    _, out = graded
    assert "Gus Ghost" not in {row["student"] for row in rows(out)}


def test_nothing_that_was_unpacked_stays(downloads, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    done = grade(downloads, "canvas.zip", "-o", tmp_path / "out", "--execute", "never")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_dry_run_shows_everything_and_writes_nothing(downloads):
    before = sorted(downloads.rglob("*"))
    done = grade(downloads, *ARGUMENTS, "--roster", "students.csv", "--dry-run")
    assert done.returncode == 1  # notes.txt, mallory and other
    # Nothing is cut where a program reads it.
    assert any(
        line.startswith("Zoë") and line.rstrip().endswith("layers-1.py → layers.py")
        for line in done.stdout.splitlines()
    )
    words = " ".join(done.stdout.split())
    for row in (
        "Zoë Müller müllerzoë_LATE_4711_90210_layers-1.py late on the roster, by id; renamed file:",
        "submission_1001 2024-03-01 07:59 +00:00 on the roster, by id; group of Kim Jan and 李 明",
        r"mallory\x1b[2J_4713_90400_homework.py not on the roster; renamed file: homework.py",
        "nobody notes.txt not a name that Canvas gives",
        "Gus Ghost nothing on the roster",
    ):
        assert row in words
    assert "\x1b" not in done.stdout
    assert "Sandbox" not in done.stdout
    assert sorted(downloads.rglob("*")) == before


def test_a_dry_run_in_which_everything_matches_succeeds(downloads):
    done = grade(downloads, "gradescope.zip", "--roster", "students.csv", "--dry-run")
    assert done.returncode == 0, done.stdout
    assert "2 hand-ins from Gradescope: 2 on the roster, 1 by groups; 8" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("canvas.zip",), "--out"),
        (("canvas.zip", "--roster", "none.csv", "--dry-run"), "none.csv is no file"),
        (
            ("plain", "--platform", "moodle", "--dry-run"),
            "holds no hand-in in the layout of moodle",
        ),
        (("none.zip", "--dry-run"), "none.zip does not exist"),
        (("cut.zip", "--dry-run"), "cut.zip cannot be unpacked: it is damaged; download it again"),
    ],
)
def test_what_cannot_be_done_is_one_line(downloads, arguments, words):
    done = grade(downloads, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("grader: ")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr
