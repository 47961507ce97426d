"""Hold the numbers that a notebook shows against those that its code gives.

This is evidence for a person, never a verdict on the code: whether the numbers are right is for
the hidden checks to say. What was never run shows nothing, and warnings say nothing.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from grader.notebook.align import Alignment, Match
from grader.notebook.document import Cell
from grader.notebook.likeness import tokens_of
from grader.notebook.readings import Reading, find, numbers, printed

__all__ = [
    "ERROR",
    "SCORE",
    "TIME",
    "VALUE",
    "Evidence",
    "Holding",
    "Number",
    "Reading",
    "Rule",
    "Verdict",
    "agree",
    "compare",
    "counterpart",
    "evidence_of",
    "find",
    "hold",
    "is_seeded",
    "is_trained_alike",
    "not_again",
    "numbers",
    "printed",
    "rule_for",
    "without_seed",
]


class Verdict(enum.StrEnum):
    """How a number shown stands to what the code gives."""

    AGREES = "AGREES"
    CONTRADICTS = "CONTRADICTS"
    # Within the rule, but what comes out here is so much larger that a person should look.
    DIFFERS = "DIFFERS"
    NOT_SHOWN = "NOT_SHOWN"
    # Shown, but a fresh run has no number that stands for the same, or did not get that far.
    NOT_COMPARED = "NOT_COMPARED"
    # A time, or a number that nothing was at hand to hold against.
    NOTED = "NOTED"


@dataclass(frozen=True)
class Rule:
    """When two numbers agree.

    "error": both below `floor`, or within `factor` of each other, what is below `floor` counting
    as `floor`; larger by more than `factor`, and above `rounding`, is worth a remark. "value":
    |a - b| <= atol + rtol · max |b|. "time": never held against anything.
    """

    kind: Literal["error", "value", "time"]
    floor: float = 0.0
    factor: float = 1.0
    rounding: float = 0.0
    rtol: float = 0.0
    atol: float = 0.0


# Relative errors of gradient checks are rounding, divided by whatever the smallest gradient is:
# the seeds print 4e-13 to 1e-4 for code that passed. Floor and factor were chosen by that, so a
# slip below 1e-4 (eps missing in one place) is no contradiction: it is remarked on, and for the
# hidden checks to judge.
ERROR = Rule("error", floor=1e-6, factor=100.0, rounding=1e-7)
# Losses, means, deviations with a fixed seed; printed with three digits or more.
VALUE = Rule("value", rtol=1e-2, atol=1e-6)
# Accuracies after training, which another machine does not reproduce; chosen, not measured.
SCORE = Rule("value", atol=0.1)
TIME = Rule("time")

_SEED = re.compile(r"\b(?:seed|default_rng|RandomState) \( (?!\))")
_KINDS = (
    (re.compile(r"speed|\btimes?\b|took|elapsed|second|duration|faster", re.IGNORECASE), TIME),
    (re.compile(r"err|diff|discrep|deviation from|\bgap\b", re.IGNORECASE), ERROR),
    (re.compile(r"acc", re.IGNORECASE), SCORE),
)


def rule_for(label: str, unit: str = "") -> Rule:
    """Return the rule that suits a label of the courses' kind ("dx error", "speedup", "loss")."""
    if unit and unit != "%":
        return TIME
    rule = next((rule for pattern, rule in _KINDS if pattern.search(label)), VALUE)
    return replace(rule, atol=100 * rule.atol) if unit else rule


@dataclass(frozen=True)
class Evidence:
    """What the cells of one match show.

    `place` is what a reader calls the template's cell, `raised` the exception that they ended in,
    if any.
    """

    match: Match
    readings: tuple[Reading, ...]
    place: str = "the cell"
    raised: str = ""
    shared: bool = False


@dataclass(frozen=True)
class Holding:
    """One number held against others, with a sentence for the instructor."""

    verdict: Verdict
    sentence: str
    label: str
    shown: tuple[float, ...] | None = None
    fresh: tuple[float, ...] | None = None
    code: tuple[float, ...] | None = None


def evidence_of(match: Match, alignment: Alignment) -> Evidence:
    """Return what the stored outputs of a match show."""
    errors = [out for cell in match.cells for out in cell.outputs if out.kind == "error"]
    return Evidence(
        match=match,
        readings=tuple(numbers(printed(match.cells))),
        place=alignment.places[match.template.id],
        raised=f"{errors[0].ename}: {errors[0].evalue}".rstrip(": ") if errors else "",
        shared=any(cell.index in alignment.shared for cell in match.cells),
    )


def is_seeded(match: Match, alignment: Alignment) -> bool:
    """Return whether a cell that was run, up to the last of the match, sets a seed."""
    last = max((cell.index for cell in match.cells), default=-1)
    return _sets_seed(cell for cell in alignment.student.cells[: last + 1] if cell.executed)


def is_trained_alike(match: Match, alignment: Alignment) -> bool:
    """Return whether what a match trains is as random as what the template's cell trains.

    A cell that was changed may train anything, and what its random numbers are depends on all that
    was run before it, in whichever order: it has to set a seed of its own.
    """
    return is_seeded(match, alignment) and (not match.changed or _sets_seed(match.cells))


def _sets_seed(cells: Iterable[Cell]) -> bool:
    return any(_SEED.search(" ".join(tokens_of(cell))) for cell in cells)


@dataclass(frozen=True)
class Number:
    """Which number of a cell: the `nth`, from 0, whose label and heading match."""

    pattern: str
    under: str = ""
    nth: int = 0

    def of(self, evidence: Evidence) -> Reading | None:
        """Return it, or None where the cell does not show it."""
        found = find(evidence.readings, self.pattern, self.under)
        return found[self.nth] if self.nth < len(found) else None


def hold(
    evidence: Evidence,
    number: Number,
    *,
    fresh: Reading | Sequence[float] | None = None,
    code: Sequence[float] | None = None,
) -> Holding:
    """Hold a number that is shown against a fresh run's and the code's."""
    shown = number.of(evidence)
    if shown is not None:
        return compare(shown.label, shown, fresh, code)
    label = _words(number.pattern)
    return Holding(
        Verdict.NOT_SHOWN, _not_shown(evidence, label), label, None, _values(fresh), _values(code)
    )


def counterpart(
    number: Number, stored: Evidence, again: Evidence, *, ended: bool
) -> Reading | None:
    """Return what a fresh run shows for a number of the stored outputs, None where nothing does.

    Where both show as many numbers by that pattern, or the run `ended` early, they go by their
    order. Otherwise a label was changed, or a line: then label and heading must be the same.
    """
    here = find(stored.readings, number.pattern, number.under)
    there = find(again.readings, number.pattern, number.under)
    if len(here) <= number.nth or len(here) == len(there) or ended:
        return number.of(again)
    shown = here[number.nth]
    same = [[r for r in side if _alike(r, shown)] for side in (here, there)]
    place = next(k for k, reading in enumerate(same[0]) if reading is shown)
    return same[1][place] if len(same[0]) == len(same[1]) else None


def _alike(one: Reading, other: Reading) -> bool:
    return (one.label, one.heading) == (other.label, other.heading)


def not_again(holding: Holding, ended: str, *, raised: bool) -> Holding:
    """Return what to say of a number that is shown, but does not come out of a fresh run.

    `ended` says how that run ended early, "" where it did not. An exception contradicts what is
    shown; a limit of ours does not, nor does a cell that prints its number under another name.
    """
    if raised:
        sentence = f"{_says(holding)}, and running it again prints none: the cell ends in {ended}."
        return replace(holding, verdict=Verdict.CONTRADICTS, sentence=sentence)
    why = ended or "running it again prints no number of that name"
    sentence = f"{_says(holding)}, but could not be compared: {why}."
    return replace(holding, verdict=Verdict.NOT_COMPARED, sentence=sentence)


def _says(holding: Holding) -> str:
    shown = f" {_shown(holding.shown)}" if holding.shown else ""
    return f"The notebook shows {holding.label}{shown}"


def without_seed(holding: Holding, *, drawn: bool = True) -> Holding:
    """Return a holding of a number that nothing seeds: another run may give another one.

    What the code gives without drawing contradicts it all the same, and so does what comes out of
    a number that is not `drawn`; how large its rounding is may be luck.
    """
    if holding.code is not None:
        return holding
    if holding.verdict is Verdict.DIFFERS:
        return replace(holding, verdict=Verdict.AGREES)
    if holding.verdict is not Verdict.CONTRADICTS or not drawn:
        return holding
    sentence = f"{holding.sentence[:-1]}, but no seed is set: every run gives other numbers."
    return replace(holding, verdict=Verdict.NOTED, sentence=sentence)


def _words(pattern: str) -> str:
    """Return a pattern as words, for a sentence."""
    return " ".join(re.findall(r"[A-Za-z]\w*", re.sub(r"\\[a-zA-Z]", " ", pattern))) or "it"


def _not_shown(evidence: Evidence, label: str) -> str:
    match, place = evidence.match, evidence.place
    if not match.found:
        return f"The notebook does not show {label}: {place} is not in it."
    if match.ran == "no":
        return f"The notebook does not show {label}: {place} was never run."
    if evidence.raised:
        return f"The notebook does not show {label}: {place} ended in {evidence.raised}."
    if match.ran == "partly":
        return f"The notebook does not show {label}: only a part of {place} was run."
    return f"The notebook does not show {label}: {place} was run, but printed none."


def compare(
    label: str,
    shown: Reading | None,
    fresh: Reading | Sequence[float] | None,
    code: Sequence[float] | None,
    *,
    rule: Rule | None = None,
) -> Holding:
    """Hold a number of the stored outputs against a re-execution and against what the code gives.

    The code counts for more than the re-execution: a printed constant prints itself again.
    """
    if shown is None:
        sentence = f"The notebook does not show {label}."
        return Holding(Verdict.NOT_SHOWN, sentence, label, None, _values(fresh), _values(code))
    rule = rule or rule_for(label, shown.unit)
    others = [
        (_values(code), 0.0, "the code in this hand-in gives"),
        (_values(fresh), _resolution(fresh), "running it again prints"),
    ]
    verdict, sentence = _judge(label, shown, others, rule)
    return Holding(verdict, sentence, label, shown.values, _values(fresh), _values(code))


def _judge(
    label: str,
    shown: Reading,
    others: list[tuple[tuple[float, ...] | None, float, str]],
    rule: Rule,
) -> tuple[Verdict, str]:
    says = f"The notebook shows {label} {_shown(shown.values)}{shown.unit}"
    known = [(values, printed_to, who) for values, printed_to, who in others if values is not None]
    if rule.kind == "time":
        return Verdict.NOTED, f"{says}; times differ from run to run."
    if not known:
        return Verdict.NOTED, f"{says}; there is nothing to hold it against."
    for values, printed_to, who in known:
        if not agree(shown.values, values, rule, shown.resolution + printed_to):
            return Verdict.CONTRADICTS, f"{says}; {who} {_shown(values)}."
    for values, printed_to, who in known:
        if _much_larger(values, shown.values, rule, shown.resolution + printed_to):
            both = "both are below what counts as an error here, but not alike"
            return Verdict.DIFFERS, f"{says}; {who} {_shown(values)}: {both}."
    values, _, who = known[0]
    return Verdict.AGREES, f"{says}, and {who} {_shown(values)}: they agree."


def _much_larger(
    ours: Sequence[float], shown: Sequence[float], rule: Rule, rounding: float
) -> bool:
    """Return whether an error comes out so much larger that it is no rounding any more."""
    return rule.kind == "error" and any(
        abs(x) > rule.rounding and abs(x) - rounding > rule.factor * abs(y)
        for x, y in zip(ours, shown, strict=True)
    )


def agree(a: Sequence[float], b: Sequence[float], rule: Rule, rounding: float = 0.0) -> bool:
    """Return whether two numbers, or arrays of the same length, agree by the rule.

    NaN agrees with NaN alone, an infinity with itself. `rounding` is what printing took away.
    """
    if len(a) != len(b):
        return False
    scale = max((abs(y) for y in b if math.isfinite(y)), default=0.0)
    return all(_close(x, y, scale, rule, rounding) for x, y in zip(a, b, strict=True))


def _close(x: float, y: float, scale: float, rule: Rule, rounding: float) -> bool:
    if not (math.isfinite(x) and math.isfinite(y)):
        return x == y or (math.isnan(x) and math.isnan(y))
    if rule.kind == "error":
        low, high = sorted((abs(x), abs(y)))
        return high - rounding <= rule.factor * max(low, rule.floor)
    return abs(x - y) <= rule.atol + rule.rtol * scale + rounding


def _values(numbers_: Reading | Sequence[float] | None) -> tuple[float, ...] | None:
    if numbers_ is None:
        return None
    return numbers_.values if isinstance(numbers_, Reading) else tuple(numbers_)


def _resolution(numbers_: Reading | Sequence[float] | None) -> float:
    return numbers_.resolution if isinstance(numbers_, Reading) else 0.0


def _shown(values: Sequence[float]) -> str:
    words = [f"{value:.4g}" for value in values[:6]]
    if len(values) == 1:
        return words[0]
    return "[" + " ".join(words) + (" …" if len(values) > 6 else "") + "]"
