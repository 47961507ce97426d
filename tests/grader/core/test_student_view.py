"""What a student may see of the record: everything that explains, nothing that is hidden."""

from dataclasses import replace

import msgspec
import pytest

from grader.core.finding import CheckResult, Finding, Picture
from grader.core.outcome import Outcome
from grader.core.report import Conditions, Report, Submission, SubmittedFile, Usage, student_view
from grader.core.score import CriterionScore, Score, Status

SECRETS = {
    "seed": "987650001",
    "node id": "test_hidden_eps.py",
    "expected value": "EXPECTED-0.731",
    "student's message": "MESSAGE-TO-STAFF",
    "secret's name": "SECRET-NAME",
    "staff note": "STAFF-NOTE",
    "check's seconds": "77.125",
    "wall seconds": "88.125",
    "cpu seconds": "99.125",
}


@pytest.fixture
def report():
    secret = {"SECRET-NAME": "EXPECTED-0.731", "message": "MESSAGE-TO-STAFF"}
    picture = Picture("heat map", "Size of the error", [[0.0, 0.25]])
    words = ("out differs", "at most 1e-08", "off by 2e-3", "index (1, 2)", "Look at eps.")
    finding = Finding(*words, error=2e-3, picture=picture, secret=secret)
    checks = [
        CheckResult(
            id=f"test_hidden_eps.py::test_{number}[4-5]",
            criterion=criterion,
            title="eps guards the division.",
            outcome=Outcome.FAILED,
            fraction=0.0,
            finding=finding,
            notes=("faster than most",),
            seconds=77.125,
            follow_through=criterion == "bn_dx",
        )
        for number, criterion in enumerate(["bn_eps", "bn_eps", "bn_dx"])
    ]
    return Report(
        submission=Submission("alice", "alice.zip", "d1", [SubmittedFile("layers.py", "student")]),
        conditions=Conditions("batchnorm", "Batch norm", "1.0", "0.1", 987650001, "A", ["seccomp"]),
        score=Score(Status.GRADED, 0.0, 5.0, 0.0),
        criteria=[
            CriterionScore("bn_eps", "eps", 5.0, False, Outcome.FAILED, 0.0),
            CriterionScore("bn_dx", "dx", 4.0, False, Outcome.PARTIAL, 2.0, ["bn_eps"]),
        ],
        checks=checks,
        notes=["layers.py was graded, not old/layers.py"],
        staff_notes=["STAFF-NOTE"],
        usage=Usage(88.125, 99.125),
    )


def as_json(record):
    return msgspec.json.encode(record).decode()


def test_the_record_itself_holds_all_secrets(report):
    # Without this the leak test below could pass on an empty record.
    assert [name for name, text in SECRETS.items() if text not in as_json(report)] == []


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
def test_no_secret_reaches_the_student(report, secret):
    assert secret not in as_json(student_view(report))


def test_what_explains_stays(report):
    view = student_view(report)
    assert view.score == report.score
    assert view.criteria == report.criteria
    assert view.submission == report.submission
    assert view.notes == report.notes
    assert replace(view.conditions, seed=report.conditions.seed) == report.conditions
    for seen, whole in zip(view.checks, report.checks, strict=True):
        assert seen.finding == replace(whole.finding, secret={})
        assert seen.follow_through == whole.follow_through
        assert (seen.criterion, seen.title, seen.outcome, seen.fraction, seen.notes) == (
            whole.criterion, whole.title, whole.outcome, whole.fraction, whole.notes
        )  # fmt: skip


def test_checks_can_be_told_apart(report):
    names = [check.id for check in student_view(report).checks]
    assert len(set(names)) == len(names) == 3
    assert all(c.id.startswith(c.criterion) for c in student_view(report).checks)


def test_the_record_is_left_as_it_was(report):
    before = as_json(report)
    student_view(report)
    assert as_json(report) == before


def test_viewing_twice_changes_nothing(report):
    once = student_view(report)
    assert student_view(once) == once
