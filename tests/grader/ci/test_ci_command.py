"""`grader ci` as a CI sees it: one hand-in, files in its formats, an exit code."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from grader import catalog
from grader.core.outcome import Outcome
from grader.core.score import Status
from grader.intake.submissions import HandIn
from grader.run import Run
from grader.serial import with_grader

WRONG = "def add(a, b):\n    a[0] = 3.0\n    return a + b\n"
# Line 4 stops it, with all that an annotation must escape.
RAISES = """def add(a, b):
    if a.size != 3:
        return a + b
    raise ValueError('50%: a\\nb')
"""
LOOPS = "def add(a, b):\n    while a.size == 3:\n        pass\n    return a + b\n"
JUDGES = 'expect(not student.modified, "an input changed")'


def suite_of(path):
    return ET.fromstring(path.read_text(encoding="utf-8")).find("testsuite")  # noqa: S314


def change_suite(toy, old, new):
    suite = toy.parents[1] / "tests" / "hidden" / "toy" / "test_toy_sums.py"
    text = suite.read_text(encoding="utf-8")
    assert old in text
    suite.write_text(text.replace(old, new), encoding="utf-8")


def test_one_run_writes_all_formats(toy, hand_in, grader, tmp_path, valid_results):
    out = tmp_path / "out"
    formats = [
        word for name in ("junit", "json", "gradescope", "markdown") for word in ("--format", name)
    ]
    done = grader("ci", hand_in(WRONG), "-a", toy, *formats, "-o", out, "--student", "Ann Ünsal")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in out.iterdir()} == {
        "junit.xml", "report.json", "results.json", "report.md"
    }  # fmt: skip
    record = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert record["score"]["earned"] == 1.0
    assert record["conditions"]["seed"] is None
    assert valid_results(out / "results.json")["score"] == 1.0
    suite = suite_of(out / "junit.xml")
    assert suite.get("name") == "toy: Ann Ünsal"
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "3", "0")
    assert "**Ann Ünsal: 1 of 5 points**" in (out / "report.md").read_text(encoding="utf-8")
    assert "**Ann Ünsal: 1 of 5 points**" in done.stdout


def test_nothing_hidden_reaches_any_format(toy, hand_in, grader, tmp_path):
    out, summary, output = tmp_path / "out", tmp_path / "summary", tmp_path / "output"
    formats = ("junit", "json", "gradescope", "markdown", "github")
    words = [word for name in formats for word in ("--format", name)]
    done = grader("ci", hand_in(WRONG), "-a", toy, *words, "-o", out, "--seed", "987650001",
                  GITHUB_STEP_SUMMARY=summary, GITHUB_OUTPUT=output)  # fmt: skip
    result = base64.b64decode(output.read_text().strip().partition("=")[2]).decode()
    told = [done.stdout, done.stderr, summary.read_text(), result]
    told += [path.read_text(encoding="utf-8") for path in out.iterdir()]
    assert len(told) == 8
    for text in told:
        assert "test_hidden" not in text
        assert "test_toy_sums" not in text
        assert "987650001" not in text


def test_github_gets_summary_result_and_marked_lines(toy, hand_in, grader, tmp_path):
    folder = hand_in(RAISES, "checkout/work")
    summary, output = tmp_path / "summary", tmp_path / "output"
    summary.write_text("Of an earlier step")
    output.write_text("other=1\n")
    done = grader("ci", folder, "-a", toy, GITHUB_ACTIONS="true", GITHUB_ACTOR="octo",
                  GITHUB_WORKSPACE=tmp_path / "checkout", GITHUB_STEP_SUMMARY=summary,
                  GITHUB_OUTPUT=output)  # fmt: skip
    assert done.returncode == 0, done.stderr
    commands = [line for line in done.stdout.splitlines() if line.startswith("::")]
    (command,) = commands
    place, _, message = command.partition("::Actual")
    assert place == "::error file=work/sums.py,line=4,title=add raised ValueError"
    assert message == ": 50%25: a\\nb%0AWhere: line 4 of sums.py"
    assert "octo: 4 / 5, 1 of them bonus" in done.stdout
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("Of an earlier step\n# Add two arrays\n")
    assert text.count("# Add two arrays\n") == 1
    first, result = output.read_text().splitlines()
    assert first == "other=1"
    found = json.loads(base64.b64decode(result.removeprefix("result=")))
    # What the Classroom reporter makes of it.
    assert sum(test["score"] for test in found["tests"]) == 4.0
    assert (found["max_score"], found["status"]) == (5.0, "fail")
    assert [test["status"] for test in found["tests"]] == ["pass", "fail", "pass"]


def test_gitlab_gets_a_folder(toy, hand_in, grader, tmp_path):
    done = grader("ci", hand_in(), "-a", toy, GITLAB_CI="true", GITLAB_USER_LOGIN="bo")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "grader-ci").iterdir()} == {"junit.xml", "report.md"}


@pytest.mark.parametrize(
    ("more", "student", "ids", "received"),
    [
        ([], "bo", {"login": "bo"}, "2026-03-01T10:00:00+01:00"),
        (["--student", "ann"], "ann", {}, ""),
    ],
)
def test_whoever_started_it_is_the_student_unless_told(  # noqa: PLR0913, PLR0917 - fixtures
    toy, hand_in, grader, tmp_path, more, student, ids, received
):
    moment = "2026-03-01T10:00:00+01:00"
    done = grader("ci", hand_in(), "-a", toy, "--format", "json", *more, GITLAB_CI="true",
                  GITLAB_USER_LOGIN="bo", CI_COMMIT_TIMESTAMP=moment)  # fmt: skip
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "grader-ci" / "report.json").read_text(encoding="utf-8"))
    submission = record["submission"]
    assert (submission["student"], submission["ids"]) == (student, ids)
    assert submission["received"] == received


def test_elsewhere_it_only_prints(toy, hand_in, grader, tmp_path):
    folder = hand_in()
    before = set(tmp_path.rglob("*"))
    done = grader("ci", folder, "-a", toy)
    assert done.returncode == 0, done.stderr
    assert "**work: 6 of 5 points**" in done.stdout
    # Python keeps what it compiled of the suite.
    assert {path for path in tmp_path.rglob("*") if "__pycache__" not in path.parts} == before


@pytest.mark.parametrize(("bar", "code"), [("20", 0), ("21", 1)])
def test_a_pipeline_may_have_a_bar(toy, hand_in, grader, bar, code):
    # 1 of 5 points.
    assert grader("ci", hand_in(WRONG), "-a", toy, "--fail-under", bar).returncode == code


def test_what_we_fail_to_grade_has_no_score(toy, hand_in, grader, tmp_path, valid_results):
    change_suite(toy, JUDGES, 'raise RuntimeError("SECRET-0.731")')
    out, output = tmp_path / "out", tmp_path / "output"
    words = [word for name in ("gradescope", "junit", "github") for word in ("--format", name)]
    arguments = ("ci", hand_in(), "-a", toy, *words, "-o", out)
    done = grader(*arguments, GITHUB_OUTPUT=output)
    assert done.returncode == 1
    results = valid_results(out / "results.json")
    assert "score" not in results
    assert not any({"score", "status"} & set(test) for test in results["tests"])
    assert "Something failed on our side" in results["output"]
    suite = suite_of(out / "junit.xml")
    assert suite.get("errors") == "1"
    found = json.loads(base64.b64decode(output.read_text().strip().removeprefix("result=")))
    assert found["status"] == "error"
    assert found["tests"]
    assert "max_score" not in found
    # Why is for staff, and only where it was asked for.
    assert "SECRET-0.731" not in done.stdout + done.stderr
    assert "--tell-staff says why" in done.stderr
    again = grader(*arguments, "--tell-staff")
    assert "SECRET-0.731" in again.stderr
    assert "SECRET-0.731" not in again.stdout


def test_a_suite_that_does_not_fit_leaves_no_score(toy, hand_in, grader, tmp_path, valid_results):
    change_suite(toy, '"more"', '"nothing"')
    out = tmp_path / "out"
    done = grader("ci", hand_in(), "-a", toy, "--format", "gradescope", "-o", out)
    assert done.returncode == 2
    assert "nothing" in done.stderr
    assert "score" not in valid_results(out / "results.json")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--visibility", "later"], "use one of visible, after_due_date"),
        (["--visibility", "adsd=hidden"], "no such criterion"),
        (["no-such-folder"], "no-such-folder does not exist"),
        (["/dev/null"], "/dev/null is no hand-in"),
        ([sys.executable], "is no hand-in: give a folder or a file ending in .py"),
    ],
)
def test_a_wrong_command_is_one_line(toy, grader, tmp_path, more, words):
    done = grader("ci", *more, "-a", toy, "--format", "junit", "-o", tmp_path / "out")
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_an_assignment_that_a_student_hands_in_is_not_the_one_that_grades(toy, tmp_path):
    # Its checks would run without walls.
    planted = tmp_path / "work"
    shutil.copytree(toy.parents[1], planted)
    (planted / "sums.py").write_text("", encoding="utf-8")
    for arguments in (["ci", ".", "-a", "toy"], ["ci", ".", "-a", "reference/toy"],
                      ["grade", ".", "-a", "toy", "-o", tmp_path / "out"]):  # fmt: skip
        command = [sys.executable, "-m", "grader", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=planted, check=False)
        assert done.returncode == 2, done.stdout
        assert len(done.stderr.splitlines()) == 1
        assert "beside the grader" in done.stderr or "lies in the hand-in" in done.stderr


def test_what_students_print_is_no_command_of_a_ci(toy, hand_in, grader):
    forged = "::error title=Course::forged"
    source = f"print('\\n{forged}\\n ##[error]forged')\n\ndef add(a, b):\n    return a + b\n"
    done = grader("ci", hand_in(source), "-a", toy, "--format", "github", "--tell-staff")
    assert f"staff: {forged}" in done.stderr
    for line in (done.stdout + done.stderr).splitlines():
        assert not line.strip().startswith(forged)
        assert "##[" not in line


@pytest.fixture
def started(toy, hand_in, tmp_path, valid_results, surroundings):
    """Start to grade; return the process, as soon as results.json shows a score, and the folder."""

    def run(source, score):
        out = tmp_path / "out"
        command = [sys.executable, "-m", "grader", "ci", str(hand_in(source)), "-a", str(toy),
                   "--format", "gradescope", "--format", "junit", "-o", str(out)]  # fmt: skip
        process = subprocess.Popen(
            command, cwd=tmp_path, env=surroundings(), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        seen = set()
        # Between the writes nobody ever sees half a file.
        while score not in seen:
            if (out / "junit.xml").exists():
                assert suite_of(out / "junit.xml").get("tests") in {"3", "4"}
                seen.add(valid_results(out / "results.json")["score"])
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=0.02)
        return process, out

    return run


@pytest.fixture
def killed(started, valid_results):
    """Kill a run as soon as results.json shows a score, and return what it left."""

    def run(source, score):
        process, out = started(source, score)
        with process:
            os.killpg(process.pid, signal.SIGKILL)
        results = valid_results(out / "results.json")
        assert results["score"] == score
        assert "made before grading was finished" in results["output"]
        assert results["extra_data"]["status"] == "unfinished"
        status = suite_of(out / "junit.xml").find("properties/property[@name='status']")
        assert status.get("value") == "unfinished"
        return results["tests"]

    return run


def test_a_killed_run_has_reported(killed):
    # The second criterion takes a minute.
    adds, keeps, more = killed(LOOPS, 3.0)
    assert (adds["score"], adds["status"]) == (3.0, "passed")
    assert (keeps["score"], keeps["max_score"]) == (0.0, 2.0)
    assert "not run yet" in keeps["output"]
    assert "not run yet" in more["output"]


def test_a_run_that_is_killed_at_once_has_reported(killed):
    # The first check waits ten seconds for it to load.
    tests = killed("while True:\n    pass\n", 0.0)
    assert ["not run yet" in test["output"] for test in tests] == [True, True, True]


def test_what_is_known_grows_check_by_check(toy, hand_in, tier):
    seen, reports = [], []
    entry = catalog.find_assignment(str(toy))
    one = HandIn("ann", hand_in(WRONG))

    def body(grade_one):
        reports.append(grade_one(one, watch=seen.append))

    with_grader(Run(entry, 0, tier), body)
    (final,) = reports
    waiting = [sum(check.outcome is Outcome.SKIPPED for check in each.checks) for each in seen]
    assert waiting == [3, 2, 1, 0]
    assert {each.score.possible for each in seen} == {5.0}
    assert {each.score.status for each in seen} == {Status.GRADED}
    assert all(each.score.earned <= final.score.earned for each in seen)
    assert seen[-1].score == final.score
    assert all(each.notes and not final.notes for each in seen)


def test_a_run_that_is_asked_to_stop_leaves_its_report_and_nothing_half_written(started):
    process, out = started(LOOPS, 3.0)
    process.terminate()
    _, errors = process.communicate()
    assert process.returncode == 1
    assert errors == "grader: stopped; the report holds what was known until then\n"
    assert {path.name for path in out.iterdir()} == {"results.json", "junit.xml"}
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert (results["score"], results["extra_data"]["status"]) == (3.0, "unfinished")
