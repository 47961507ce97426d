"""From each platform and back: its download in, graded by the command, its grade file out."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from xml.etree import ElementTree as ET

import jsonschema
import pytest

# In the small assignment they earn 1 and 0 of 5 points; who is right gets 1 of bonus, too.
WRONG = "def add(a, b):\n    a[0] = 3.0\n    return a + b\n"
BLANK = "def add(a, b):\n    raise NotImplementedError\n"


def zipped(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(name, content):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content.encode()))
    return data.getvalue()


@pytest.fixture
def run(tmp_path):
    """Run the command line in the folder of the class; it must succeed."""

    def grader(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "grader", *map(str, arguments)],
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "100"},
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return grader


@pytest.fixture
def graded(run, toy, tmp_path, lay_out):
    """Lay a download out, look at it, and grade it; return what was said before grading."""

    def grade(download, files, *options):
        lay_out(tmp_path, files)
        look = run("grade", download, "-a", toy, "--dry-run", *options)
        run("grade", download, "-a", toy, "-o", "out", "-j", 1, *options)
        return look

    return grade


GRADEBOOK = """\
Student,ID,SIS User ID,SIS Login ID,Section,Add two arrays (77),Other (78),Final Score
    Points Possible,,,,,5.00,10.00,(read only)
"Müller, Zoë",4711,s1,zoe,A,,9.00,80
"明, 李",4712,s2,li,A,2.00,,
"Text, Carl",4713,s3,carl,A,3.00,,
"Ghost, Gus",4714,s4,gus,A,,,
"Kim, Jan",4715,s5,jan1,A,,,
"Kim, Jan",4716,s6,jan2,A,,,
"""


def test_canvas(graded, run, tmp_path, right, read_canvas):
    download = {
        "müllerzoë_LATE_4711_90210_sums-1.py": right,
        "李明_4712_90300_homework.zip": zipped({"homework/sums.py": WRONG}),
        "textcarl_4713_text.html": "<p>I was ill</p>",
        "kimjan_4716_90500_sums.py": right,
        "kimjan_4715_90501_sums.py": BLANK,
    }
    files = {"submissions.zip": zipped(download), "gradebook.csv": GRADEBOOK}
    look = graded("submissions.zip", files, "--roster", "gradebook.csv")
    assert "5 hand-ins from Canvas: 5 on the roster, 1 late; 1 on the roster" in look
    run("export", "out", "canvas", "--course", "gradebook.csv")
    students = read_canvas((tmp_path / "out" / "exports" / "canvas.csv").read_bytes())
    # What Carl typed is for a person to grade, and somebody did.
    assert {who: row["77"] for who, row in students.items()} == {
        "4711": "6.00", "4712": "1.00", "4713": "3.00", "4714": "", "4715": "0.00", "4716": "6.00",
    }  # fmt: skip
    assert students["4711"] == {"77": "6.00", "78": "9.00", "Final Score": "80"}


WORDS = {"id": "Identifier", "grade": "Grade", "max": "Maximum Grade", "who": "Participant "}
WORKSHEET = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Last modified (grade)"
"Participant 501","Zoë Müller",zoe@uni.edu,Submitted,,6.00,-
"Participant 502","李 明",li@uni.edu,Submitted,4.00,6.00,-
"Participant 503","Gus Ghost",gus@uni.edu,"No submission",,6.00,-
"""


@pytest.mark.parametrize("folder", ["/", "_"])
def test_moodle_in_folders_and_in_one(folder, graded, run, tmp_path, right, read_moodle,  # noqa: PLR0913, PLR0917 - fixtures
                                      read_feedback):  # fmt: skip
    download = {
        f"Zoë Müller_501_assignsubmission_file{folder}sums (1).py": right,
        f"李 明_502_assignsubmission_file{folder}hw.tar.gz": tarred("hw/sums.py", WRONG),
    }
    files = {"download.zip": zipped(download), "worksheet.csv": WORKSHEET}
    look = graded("download.zip", files, "--roster", "worksheet.csv")
    assert "2 hand-ins from Moodle: 2 on the roster; 1 on the roster handed in nothing" in look
    run("export", "out", "moodle", "--course", "worksheet.csv")
    exports = tmp_path / "out" / "exports"
    grades = read_moodle((exports / "moodle-worksheet.csv").read_bytes(), WORDS)
    assert grades == {"501": 6.0, "502": 1.0}
    pages = read_feedback(exports / "moodle-feedback.zip")
    for number, student in ((501, "Zoë Müller"), (502, "李 明")):
        page = tmp_path / "out" / "students" / student / "report.html"
        assert pages.pop(number) == ("report.html", page.read_text(encoding="utf-8"))
    assert not pages


METADATA = """\
submission_9001:
  :submitters:
  - :name: Zoë Müller
    :sid: s1
    :email: zoe@uni.edu
  :created_at: 2026-03-01 07:59:12.345678000 Z
submission_9002:
  :submitters:
  - :name: 李 明
    :sid: s2
  - :name: Ben Ito
    :sid: s3
  :created_at: 2026-03-02 09:00:00 -0800
"""


def test_gradescope(graded, run, tmp_path, right, project):
    download = {
        "assignment_5_export/submission_metadata.yml": METADATA,
        "assignment_5_export/submission_9001/sums.py": right,
        "assignment_5_export/submission_9002/code/sums.py": WRONG,
    }
    look = graded("export.zip", {"export.zip": zipped(download)})
    assert "2 hand-ins from Gradescope: 1 by groups" in look
    run("export", "out", "gradescope")
    schema = project / "tests" / "grader" / "ci" / "gradescope.schema.json"
    scores = {}
    for path in (tmp_path / "out" / "exports").rglob("results.json"):
        results = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.validate(results, json.loads(schema.read_text(encoding="utf-8")))
        assert results["score"] == sum(test["score"] for test in results["tests"])
        assert sum(test.get("max_score", 0) for test in results["tests"]) == 5
        scores[path.parent.name] = results["score"]
    assert scores == {"9001": 6, "9002": 1}
    run("export", "out", "csv")
    assert table(tmp_path) == {"Zoë Müller": "6", "李 明": "1", "Ben Ito": "1"}


def table(root):
    """Read the table of grades: scores by student."""
    text = (root / "out" / "exports" / "grades.csv").read_bytes().decode("utf-8")
    return {row["student"]: row["score"] for row in csv.DictReader(io.StringIO(text, newline=""))}


def of_github(right):
    sources = {"zoe-m": right, "li-ming": WRONG, "bob": BLANK}
    files = {f"sums-submissions/sums-{who}/sums.py": text for who, text in sources.items()}
    heads = {f"sums-submissions/sums-{who}/.git/HEAD": "ref: refs/heads/main\n" for who in sources}
    return "sums-submissions", files | heads


def of_nbgrader(right):
    sources = {"zoe-m": right, "li-ming": WRONG, "bob": BLANK}
    files = {f"course/submitted/{who}/toy/sums.py": text for who, text in sources.items()}
    times = {
        f"course/submitted/{who}/toy/timestamp.txt": "2026-03-01 15:58:23 UTC" for who in sources
    }
    return "course", files | times


def of_nowhere(right):
    return "class", {
        "class/zoe-m/src/sums.py": right,
        "class/li-ming.zip": zipped({"sums.py": WRONG}),
        "class/bob.tar.gz": tarred("sums.py", BLANK),
    }


@pytest.mark.parametrize(
    ("layout", "name"), [(of_github, " from GitHub"), (of_nbgrader, " from nbgrader"),
                         (of_nowhere, "")]
)  # fmt: skip
def test_where_a_course_takes_any_table(layout, name, graded, run, tmp_path, right):  # noqa: PLR0913, PLR0917 - fixtures
    assert f"3 hand-ins{name}\n" in graded(*layout(right))
    for kind in ("csv", "json", "junit"):
        run("export", "out", kind)
    assert table(tmp_path) == {"zoe-m": "6", "li-ming": "1", "bob": "0"}
    exports = tmp_path / "out" / "exports"
    (lines,) = (path.read_text(encoding="utf-8") for path in exports.glob("*.json*"))
    records = {r["submission"]["student"]: r for r in map(json.loads, lines.splitlines())}
    assert {who: record["score"]["earned"] for who, record in records.items()} == {
        "zoe-m": 6, "li-ming": 1, "bob": 0
    }  # fmt: skip
    submission = records["bob"]["submission"]
    ids = {of_github: {"github": "bob"}, of_nbgrader: {"login": "bob"}, of_nowhere: {}}
    assert submission["ids"] == ids[layout]
    assert submission["received"] == ("2026-03-01T15:58:23+00:00" if layout is of_nbgrader else "")
    (suites,) = (ET.fromstring(path.read_bytes()) for path in exports.glob("*.xml"))  # noqa: S314
    failures = {suite.get("name"): suite.get("failures") for suite in suites.iter("testsuite")}
    assert failures == {"toy: zoe-m": "0", "toy: li-ming": "3", "toy: bob": "4"}
