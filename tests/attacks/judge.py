"""Whether a graded attack came to nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec
from bait import Bait
from cases import Case
from views import acting

from grader.core.report import Report, student_view

# Groups whose attacks are meant for who reads of them.
_SHOWN = ("20", "21", "22", "23", "24")

# The criterion that nobody can judge where the machine is too busy.
_TIMED = "bn_speedup"


@dataclass(frozen=True)
class Verdict:
    """What became of one attack behind one kind of walls; `wrong` says what does not hold."""

    attack: str
    place: str
    outcome: str
    gained: float
    touched: list[str]
    survivors: list[str]
    wrong: list[str]


def judge(case: Case, report: Report, honest: Report, bait: Bait) -> Verdict:
    """Hold what became of a hand-in with an attack against the same one without it."""
    expected = case.expected
    before = {c.id: str(c.outcome) for c in honest.criteria}
    changed = {c.id: str(c.outcome) for c in report.criteria if str(c.outcome) != before[c.id]}
    gained = (report.score.earned or 0.0) - honest.score.earned
    busy = _too_busy(case, changed)
    touched, survivors = bait.touched(), bait.survivors()
    asked = [f"asked for {each}" for each in report.asked]
    what = {check.finding.what: None for check in report.checks}
    told = "\n".join([*report.notes, *report.staff_notes, *asked, *what])
    wrong = [*touched, *(f"{each} lives on" for each in survivors)]
    if bait.secret in msgspec.json.encode(report).decode():
        wrong.append("the canary was read")
    if loot := re.findall(r"LOOT (.*)", told):
        wrong.append(f"loot: {loot[0][:60]}")
    wrong += _hidden(told, report)
    if gained > 0:
        wrong.append(f"gained {gained:g} points")
    if str(report.score.status) == "broken":
        wrong.append("the score is withheld")
    if changed != expected.criteria:
        wrong.append(f"outcomes {changed} in place of {expected.criteria}")
    if not expected.criteria and gained < 0 and not busy:
        wrong.append(f"lost {-gained:g} points")
    actual = "\n".join(check.finding.actual for check in report.checks)
    if not re.search(expected.says, f"{told}\n{actual}", re.MULTILINE):
        wrong.append(f"nobody is told {expected.says!r}")
    if case.place != "hand-in" and not expected.silent and "TRYING" not in told:
        wrong.append("the attack was not tried")
    wrong += _where_shown(case, report)
    outcome = ", ".join(sorted(set(changed.values()))) or "keeps its points"
    return Verdict(case.name, case.place, outcome, gained, touched, survivors, wrong)


def _too_busy(case: Case, changed: dict[str, str]) -> bool:
    """Take out what the machine is to blame for; say whether there was such a thing.

    Hundreds are graded beside each other here: how fast a hand-in is counts where that is attacked.
    """
    if _TIMED not in changed or _TIMED in case.expected.criteria:
        return False
    if case.name.startswith("25") and changed[_TIMED] != "AWAITING":
        return False
    del changed[_TIMED]
    return True


def _hidden(told: str, report: Report) -> list[str]:
    """Return whether the student is told hidden inputs, which the attack prints for staff."""
    shown = msgspec.json.encode(student_view(report)).decode()
    found = any(value in shown for value in re.findall(r"HIDDEN (\S+)", told))
    return ["the student reads hidden inputs"] if found else []


def _where_shown(case: Case, report: Report) -> list[str]:
    """Return what acts in views; to look costs seconds, so only where that is what is tried."""
    return acting(report) if case.name[:2] in _SHOWN else []
