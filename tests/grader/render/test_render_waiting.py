"""What awaits a person is counted, and it is said where to read it."""

from __future__ import annotations

import dataclasses

import pytest

from grader.core.finding import Finding
from grader.core.outcome import Outcome
from grader.render.causes import first_trouble
from grader.render.html import class_page, staff_page
from grader.render.waiting import Waiting, waiting, waiting_line

AWAITING = Outcome.AWAITING, None, Finding()


@pytest.fixture
def answered(make_report, a_notebook):
    """Return a report with two answers, one of them blank, and a speed too close to call."""
    faults = dict.fromkeys(["forward 0", "running 0", "speed 0"], AWAITING)
    notebook = a_notebook(answers={"forward": "Because **it** is.", "running": ""})
    report = make_report("eli", faults, notebook=notebook)
    checks = [
        dataclasses.replace(check, id=f"answer[{check.criterion}]")
        if check.criterion in {"forward", "running"}
        else check
        for check in report.checks
    ]
    return dataclasses.replace(report, checks=checks)


def test_answers_are_counted_and_told_apart(answered):
    found = waiting(answered)
    assert found == Waiting(written=1, blank=1, others=1)
    assert found.words == "1 written answer, 1 blank answer and 1 result too close to call"
    assert first_trouble(answered).subject == found.words


def test_answers_in_a_notebook_that_cannot_be_read_wait_too(answered):
    report = dataclasses.replace(answered, notebook=None)
    assert waiting(report) == Waiting(unread=2, others=1)
    assert "2 answers in an unreadable notebook" in waiting(report).words


def test_where_nothing_waits_nothing_is_said(perfect, withheld):
    assert [waiting(report).words for report in (perfect, withheld)] == ["", ""]
    assert waiting_line([perfect, withheld], "out/staff") == ""


def test_the_class_page_leads_to_the_answers(answered, perfect):
    page = class_page([answered, perfect])
    assert f'<a href="staff/eli.html#answers">{waiting(answered).words}</a>' in page
    assert page.count("#answers") == 1
    shown = staff_page(answered)
    assert 'id="answers"' in shown
    assert "<strong>it</strong>" in shown, "the answer itself stands there"


def test_the_terminal_says_where_the_answers_are(answered, perfect):
    assert waiting_line([answered, perfect], "out/staff") == (
        "2 answers of 1 student await a person: on the staff pages in out/staff, under "
        "“Written answers”"
    )
