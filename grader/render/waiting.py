"""What awaits a person in a hand-in: how many written answers, and what else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.core.outcome import Outcome
from grader.core.report import Report
from grader.render.words import counted, together


@dataclass(frozen=True)
class Waiting:
    """How many criteria await a person.

    `written` are answers to read, `blank` those where none was found, `unread` those in a notebook
    that could not be read here; `others` are too close to call.
    """

    written: int = 0
    blank: int = 0
    unread: int = 0
    others: int = 0

    @property
    def answers(self) -> int:
        """All answers, whether one was found or not."""
        return self.written + self.blank + self.unread

    @property
    def words(self) -> str:
        """What waits: "3 written answers and 1 blank answer", "" for nothing."""
        parts = [
            (self.written, "written answer", "written answers"),
            (self.blank, "blank answer", "blank answers"),
            (self.unread, "answer in an unreadable notebook", "answers in an unreadable notebook"),
            (self.others, "result too close to call", "results too close to call"),
        ]
        return together([counted(count, one, many) for count, one, many in parts if count])


def waiting(report: Report) -> Waiting:
    """Return what awaits a person; of a whole report, as a student's view names no check."""
    awaited = {line.id for line in report.criteria if line.outcome is Outcome.AWAITING}
    answers = report.notebook.answers if report.notebook is not None else []
    blank = {answer.criterion: answer.blank for answer in answers if answer.criterion in awaited}
    asked = {
        check.criterion
        for check in report.checks
        if check.outcome is Outcome.AWAITING and check.id.startswith("answer[")
    }
    return Waiting(
        written=sum(not none for none in blank.values()),
        blank=sum(blank.values()),
        unread=len(asked - set(blank)),
        others=len(awaited - asked - set(blank)),
    )


def waiting_line(reports: Sequence[Report], folder: str) -> str:
    """Say how many answers of a class wait and where they are, "" where none does."""
    found = [waiting(report) for report in reports]
    count = sum(one.answers for one in found)
    if not count:
        return ""
    verb = "awaits" if count == 1 else "await"
    students = counted(sum(bool(one.answers) for one in found), "student")
    unread = sum(one.unread for one in found)
    where = f"on the staff pages in {folder}, under “Written answers”"
    if unread == count:
        where = "in notebooks that could not be read: open the files that were handed in"
    elif unread:
        where += f" ({unread} in notebooks that could not be read: open the files handed in)"
    return f"{counted(count, 'answer')} of {students} {verb} a person: {where}"
