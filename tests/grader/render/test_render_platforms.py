"""JUnit, Gradescope, Markdown and GitHub: pure functions of one record."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from grader.core.finding import Finding
from grader.core.outcome import Outcome
from grader.core.report import SubmittedFile
from grader.render.github import annotation_commands, classroom_result, summary
from grader.render.gradescope import results_json
from grader.render.junit import junit_xml
from grader.render.markdown import plain, report_markdown
from grader.render.record import to_json

SECRETS = ("860860", "SECRET", "test_hidden", "nodeid", "STAFF", "0.4375")
FORMATS = {
    "junit": lambda report: junit_xml([report]),
    "gradescope": results_json,
    "gradescope, hidden": lambda report: results_json(report, {"": "hidden"}),
    "markdown": report_markdown,
    "summary": summary,
    "annotations": lambda report: "\n".join(annotation_commands(report)),
    "classroom": lambda report: base64.b64decode(classroom_result(report)).decode(),
}


def suites(reports):
    return ET.fromstring(junit_xml(reports)).findall("testsuite")  # noqa: S314


def classroom(report):
    return json.loads(base64.b64decode(classroom_result(report)))


def by_criterion(report):
    results = json.loads(results_json(report))
    return {test["extra_data"]["criterion"]: test for test in results["tests"]}


@pytest.mark.parametrize("name", FORMATS)
def test_no_secret_reaches_a_format(name, full, withheld):
    for report in (full, withheld):
        whole = to_json(report).decode()
        told = FORMATS[name](report)
        assert [word for word in SECRETS if word in whole]
        assert [word for word in SECRETS if word in told] == []


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_report_reads_the_same(name, full):
    assert FORMATS[name](full) == FORMATS[name](full)


def test_junit_has_a_suite_a_hand_in_and_a_case_a_check(full, withheld, perfect):
    one, two, three = suites([full, withheld, perfect])
    counts = [{k: s.get(k) for k in ("tests", "failures", "errors", "skipped")} for s in (one, two)]
    assert counts == [
        {"tests": "7", "failures": "4", "errors": "0", "skipped": "1"},
        {"tests": "7", "failures": "1", "errors": "1", "skipped": "0"},
    ]
    assert [len(case) for case in three.findall("testcase")] == [0] * 7
    names = [(case.get("classname"), case.get("name")) for case in one.findall("testcase")]
    assert len(set(names)) == 7
    failure = one.find("testcase[@classname='batchnorm.running']/failure")
    assert failure.get("type") == "PARTIAL"
    assert failure.text.splitlines() == [
        "running_var is close to the expected values",
        "Expected: at most 1e-08 of its scale",
        "Actual: off by 3.2e-06 of its scale",
        "Where: largest at index (4,) of shape (7,)",
        "Hint: Accumulate in float64.",
    ]


def test_junit_keeps_scores_apart_from_cases(full, withheld):
    for report, score in ((full, "55"), (withheld, "")):
        (suite,) = suites([report])
        held = {each.get("name"): each.get("value") for each in suite.iter("property")}
        assert (held["score"], held["possible"]) == (score, "100")
        assert not suite.findall("testcase/properties")


def test_junit_shows_what_xml_cannot_hold(make_report):
    finding = Finding("bell \a, half a pair \ud800, no character \uffff, ]]> & <b>")
    report = make_report("a\0b", {"dx 0": (Outcome.FAILED, 0.0, finding)})
    (suite,) = suites([report])
    suite_bytes = junit_xml([report]).encode()
    assert ET.fromstring(suite_bytes) is not None  # noqa: S314
    assert suite.get("name") == "batchnorm: a#x00b"
    failure = suite.find("testcase/failure")
    assert failure.text == "bell #x07, half a pair #xD800, no character #xFFFF, ]]> & <b>"


def test_junit_of_nobody_is_a_document():
    assert suites([]) == []


def test_gradescope_has_a_test_for_each_criterion(full):
    tests = by_criterion(full)
    assert list(tests) == ["forward", "running", "dx", "speed", "inputs", "group"]
    running = tests["running"]
    assert (running["score"], running["max_score"], running["status"]) == (15.0, 20.0, "failed")
    words = ("Expected: at most 1e-08", "Actual: off by", "Where: largest at", "Hint: Accumulate")
    places = [running["output"].index(word) for word in words]
    assert places == sorted(places)
    assert tests["forward"]["status"] == "passed"


def test_gradescope_sees_no_score_of_what_awaits_a_person(full):
    speed = by_criterion(full)["speed"]
    assert not {"score", "max_score", "status"} & set(speed)
    assert speed["name"] == "The alternative is faster (10 points, graded by a person)"
    assert json.loads(results_json(full))["score"] == 55.0


def test_gradescope_sees_bonus_on_top(perfect):
    group = by_criterion(perfect)["group"]
    assert (group["score"], "max_score" in group) == (8.0, False)
    assert group["name"] == "Group norm (bonus, at most 8 points)"
    results = json.loads(results_json(perfect))
    assert results["score"] == sum(test["score"] for test in results["tests"]) == 108.0
    assert sum(test.get("max_score", 0.0) for test in results["tests"]) == 100.0


def test_gradescope_sees_no_score_at_all_where_we_failed(withheld):
    results = json.loads(results_json(withheld))
    assert "score" not in results
    assert not any({"score", "max_score", "status"} & set(test) for test in results["tests"])
    assert "Something failed on our side, not on yours" in results["output"]
    hidden = json.loads(results_json(withheld, {"": "hidden"}))
    assert "Something failed on our side, not on yours" in hidden["output"]


def test_markdown_tells_a_shared_cause_once(unreadable):
    text = report_markdown(unreadable)
    assert text.count("the file does not load: SyntaxError") == 1
    assert "6 of 6 criteria wait for it." in text
    assert text.count("see number 1 above") == 6
    assert "###" not in text


def test_markdown_says_nothing_twice(full, withheld, make_report):
    text = report_markdown(full)
    assert [line[4:] for line in text.splitlines() if line.startswith("### ")] == [
        "Running statistics follow the batches",
        "Backward pass: dx",
        "The alternative is faster",
        "Inputs stay as they were",
        "Group norm",
    ]
    waits = make_report("eve", {"speed 0": (Outcome.AWAITING, None, Finding())})
    assert "awaits a person" in report_markdown(waits)
    assert "###" not in report_markdown(waits)
    assert report_markdown(withheld).count("We could not grade this; staff know.") == 1


def test_markdown_of_a_stranger_stays_text(hostile):
    text = report_markdown(hostile)
    bare = text.replace("\\<", "").replace("\\>", "")
    assert "<" not in bare
    assert ">" not in bare
    assert plain("a*b_ [c](d) `e` | ~~f~~ $g$ https://h www.i") == (
        r"a\*b\_ \[c\](d) \`e\` \| \~\~f\~\~ \$g\$ https\://h www\.i"
    )
    assert plain("running_var\n::error::x") == "running_var ::error::x"


def test_a_summary_keeps_to_its_room(full):
    whole = summary(full)
    assert summary(full, len(whole.encode())) == whole
    for room in (500, 300, 80):
        cut = summary(full, room)
        assert len(cut.encode()) <= room
        assert cut.endswith(
            "*The report is longer than GitHub shows here: the rest was left out.*\n"
        )
    assert summary(full, 0) == ""


def test_ten_lines_are_marked_at_most(make_report):
    files = [SubmittedFile("a, b.py", "student"), SubmittedFile("given.py", "template")]
    report = make_report(every=(Outcome.RAISED, 0.0, Finding("it raised", where="")))
    places = ["line 3 of a, b.py", "line 4 of given.py", "line 5 of ../../etc/passwd"]
    places += [f"line {number} of a, b.py" for number in range(10, 30)]
    checks = [
        replace(report.checks[0], id=str(number), finding=Finding("it raised", where=where))
        for number, where in enumerate(places)
    ]
    report = replace(report, checks=checks, submission=replace(report.submission, files=files))
    commands = annotation_commands(report, "home work")
    assert len(commands) == 10
    assert commands[0].startswith("::error file=home work/a%2C b.py,line=3,title=it raised::")
    assert all("a%2C b.py" in command for command in commands)
    assert len({command.partition("::it")[0] for command in commands}) == 10


def test_what_classroom_adds_up_is_the_score(full, perfect):
    for report, points, status in ((full, 55.0, "fail"), (perfect, 108.0, "pass")):
        found = classroom(report)
        assert sum(test["score"] for test in found["tests"]) == points
        assert (found["max_score"], found["status"]) == (100.0, status)


def test_classroom_sees_no_points_where_we_failed(withheld):
    found = classroom(withheld)
    assert found["status"] == "error"
    assert "max_score" not in found
    assert len(found["tests"]) == 6
    assert not any("score" in test for test in found["tests"])


def test_classroom_reads_500_characters(hostile):
    outputs = [test["output"] for test in classroom(hostile)["tests"]]
    assert max(map(len, outputs)) == 500
