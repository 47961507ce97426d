"""The words, signs and numbers that all views share."""

from __future__ import annotations

from typing import NamedTuple

from grader.core.outcome import Outcome
from grader.core.report import Report
from grader.core.score import CriterionScore, Status


class Sign(NamedTuple):
    """How an outcome looks: a tone (colour), an icon, and one or two words for staff."""

    tone: str
    icon: str
    word: str


# A tone never stands alone: an icon and words go with it.
SIGNS: dict[Outcome, Sign] = {
    Outcome.PASSED: Sign("good", "check", "passed"),
    Outcome.PARTIAL: Sign("near", "near", "partial"),
    Outcome.FAILED: Sign("bad", "cross", "failed"),
    Outcome.MISSING: Sign("bad", "hollow", "missing"),
    Outcome.UNREADABLE: Sign("bad", "hollow", "unreadable"),
    Outcome.RAISED: Sign("bad", "bang", "raised"),
    Outcome.TIMED_OUT: Sign("bad", "clock", "timed out"),
    Outcome.CRASHED: Sign("bad", "bang", "crashed"),
    Outcome.OVER_LIMIT: Sign("bad", "bang", "over limit"),
    Outcome.BUILD_FAILED: Sign("bad", "bang", "build failed"),
    Outcome.SKIPPED: Sign("quiet", "dash", "not run"),
    Outcome.AWAITING: Sign("wait", "person", "awaits a person"),
    Outcome.BROKEN: Sign("ours", "wrench", "not graded"),
}

CONTRADICTS = Sign("bad", "unequal", "contradicts")
INCIDENT = Sign("near", "bang", "incident")

STATUS_SIGNS: dict[Status, Sign] = {
    Status.GRADED: Sign("quiet", "check", "graded"),
    Status.AWAITING: SIGNS[Outcome.AWAITING],
    Status.BROKEN: SIGNS[Outcome.BROKEN],
}

_ORIGINS = {
    "student": "from the hand-in",
    "template": "supplied by the course",
    "missing": "missing",
}


def number(value: float) -> str:
    """Return `value` with at most two decimals and none that say nothing: 12, 7.5, 33.33."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def counted(count: float, one: str, many: str = "") -> str:
    """Return "1 point", "2 points"; `many` where the plural is not `one` with an s."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def together(things: list[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(things[:-1]), *things[-1:]]))


def origin(name: str) -> str:
    """Return where a file came from, in words."""
    return _ORIGINS.get(name, name)


def bonus_earned(report: Report) -> float:
    """Return the bonus points that the score of the report holds."""
    return sum(line.earned or 0.0 for line in report.criteria if line.bonus)


def score_sentences(report: Report, *, staff: bool = False) -> list[str]:
    """Say what stands beside the score: whose fault, how many passed, what is bonus or open."""
    score, criteria = report.score, report.criteria
    passed = sum(line.outcome is Outcome.PASSED for line in criteria)
    bonus = bonus_earned(report)
    sentences = []
    if score.status is Status.BROKEN and staff:
        sentences.append("The score is withheld until what failed on our side is mended.")
    elif score.status is Status.BROKEN:
        sentences.append(
            "Something failed on our side, not on yours, and it costs you nothing. Staff know "
            "and will grade your work again; what could be checked so far stands below."
        )
    if passed == len(criteria):
        sentences.append("Everything passed.")
    else:
        sentences.append(f"{passed} of {counted(len(criteria), 'criterion', 'criteria')} passed.")
    if score.earned is not None and bonus:
        most = sum(line.points for line in criteria if line.bonus)
        sentences.append(
            f"The score includes {number(bonus)} of {counted(most, 'bonus point')}, which are not "
            f"among the {number(score.possible)}."
        )
    followed = [line.earned or 0.0 for line in criteria if line.followed]
    if score.earned is not None and followed:
        points = counted(sum(followed), "point")
        sentences.append(f"{points} by follow-through, for work that fits an earlier mistake.")
    if score.pending:
        verb = "awaits" if score.pending == 1 else "await"
        sentences.append(f"{counted(score.pending, 'more point')} {verb} a person.")
    return sentences


def follow_through(report: Report, line: CriterionScore) -> str:
    """Say why a criterion earned a part although its own checks did not pass; "" where not so."""
    if not line.followed or line.earned is None:
        return ""
    titles = [f"“{each.title}”" for each in report.criteria if each.id in line.followed]
    share = number(100 * line.earned / line.points)
    return (
        f"The rest of the work follows from an earlier mistake, in {together(titles)}: judged "
        f"against your own work there, it earns {share}% of the points."
    )


def figure(value: float | None) -> str:
    """Return a measured number to four digits; None stands for NaN and infinity."""
    return "not finite" if value is None else f"{value:.4g}"
