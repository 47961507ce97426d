"""Who handed in what, as it is told before grading: every hand-in, who it belongs to, what is odd.

Everything here may be shown: names of strangers arrive without characters that act.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Match:
    """One hand-in that will be graded, and whose it is.

    `name` is what it is called where it lies. `members` are the students of a group, none where
    it is one's own. `by` says what a roster knew the student by ("id", "e-mail", "login", "name"),
    and is "" where it knows nobody or there is none. `problems` say why it cannot be graded
    fairly as it is, `remarks` what else is odd, both in words for staff.
    """

    student: str
    name: str
    platform: str
    received: str = ""
    late: bool = False
    members: tuple[str, ...] = ()
    by: str = ""
    remarks: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def odd(self) -> tuple[str, ...]:
        """Everything odd, the worst first."""
        return (*self.problems, *self.remarks)


@dataclass(frozen=True)
class Matching:
    """All hand-ins of a class.

    `unread` are names that belong to nobody, each with the reason; they are not graded. `unknown`
    are students that the roster does not have; they are. `absent` are those on the roster who
    handed in nothing.
    """

    matches: list[Match] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether everything that was handed in matched somebody, and can be graded as it is."""
        return not (self.unread or self.unknown or any(each.problems for each in self.matches))
