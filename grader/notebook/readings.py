"""Read the numbers that a cell printed, with the words that stand before them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from grader.core.text import visible
from grader.notebook.document import Cell

MAX_READINGS = 2_000
MAX_VALUES = 10_000
MAX_LINE = 20_000
MAX_LABEL = 200
MAX_SHOWN = 80
MAX_ARRAY_LINES = 200

_FLOAT = r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|(?:nan|NaN|inf|Inf|Infinity)\b)"
_NUMBER = re.compile(r"(?<![\w.])" + _FLOAT)
# What may stand inside the brackets of an array, a list or a shape.
_ARRAY = re.compile(r"[\[(][\[\]()\s,;.\dneEaAiIfFNy+-]*")
_NOT_A_NUMBER = re.compile(r"[^\[\]()\s,;.]")
_UNIT = re.compile(r"[ ]?(?:[x%]|[mµun]?s|sec(?:ond)?s?|min)(?![\w])")
# np.float64(1.5), which is how NumPy 2 writes its numbers, and arrays by their repr.
_WRAPPED = re.compile(r"\b(?:np\.|numpy\.|torch\.)?(?:float|int|uint)\d+\(([^()\n]{0,60})\)")
_REPR = re.compile(r"\b(?:np\.|numpy\.)?(?:array|tensor)(?=\()")
_REPR_END = re.compile(r",\s*(?:dtype|device|grad_fn|requires_grad)=[^()\n]{0,60}(?=\))")
# A colon inside a clock or between a file and its line separates nothing.
_SEPARATOR = re.compile(r"(?:(?<!\d)(?<!\.py):|:(?!\d)|=|->|≈)\s*(?:['\"]\s*,?\s*)?")
_LISTED = re.compile(r"[,;]\s+")
_LETTER = re.compile(r"[^\W\d_]")
_LEADING_GROUP = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*(?=\S)")


@dataclass(frozen=True)
class Reading:
    """Numbers that a line shows under a label.

    `line` counts from 1. `unit` is what follows a single number ("x", "s", "%"), `resolution` half
    a unit of its last printed decimal. `heading` is the line that the reading stands under, for
    the courses' "means:" below "After …:".
    """

    label: str
    values: tuple[float, ...]
    line: int
    unit: str = ""
    resolution: float = 0.0
    heading: str = ""


def printed(cells: Sequence[Cell]) -> str:
    """Return what the cells showed on standard output and as results.

    Warnings and whatever else goes to standard error are no evidence, for or against.
    """
    text = ""
    for cell in cells:
        for output in cell.outputs:
            if output.kind == "stream":
                # A stream that a warning interrupts goes on in the middle of its line.
                text += output.text if output.name == "stdout" else ""
            elif output.kind != "error":
                text = _ended(text) + _ended(output.text)
        text = _ended(text)
    return text


def _ended(text: str) -> str:
    return text + "\n" if text and not text.endswith("\n") else text


def numbers(text: str) -> list[Reading]:
    """Return the numbers of a printed text with their labels, in order.

    Read are `label: 1.2e-09`, `label = [1. 2.]` over several lines, several to a line, lines that
    end in a number, `ann: accuracy 0.51, loss 2.3`, and lines of nothing but numbers (label "").
    NaN and inf are numbers.
    """
    found: list[Reading] = []
    heading = _Heading()
    for number, line in _whole_lines(text):
        readings = list(_readings(line, number))
        above = heading.of(line, reads=bool(readings))
        found += [replace(reading, heading=above) for reading in readings]
        if len(found) >= MAX_READINGS:
            return found[:MAX_READINGS]
    return found


def find(readings: Sequence[Reading], pattern: str, under: str = "") -> list[Reading]:
    """Return the readings whose label, and whose heading, match (re.search, any case)."""
    label, heading = (re.compile(part, re.IGNORECASE) for part in (pattern, under))
    return [r for r in readings if label.search(r.label) and heading.search(r.heading)]


class _Heading:
    """Follows the lines: a reading belongs to the last line before it that is indented less,
    or else to the last that is no reading itself.
    """

    def __init__(self) -> None:
        self._above: list[tuple[int, str]] = []
        self._title = ""

    def of(self, line: str, *, reads: bool) -> str:
        if not line.strip():
            return ""
        indent = len(line) - len(line.lstrip())
        while self._above and self._above[-1][0] >= indent:
            self._above.pop()
        heading = self._above[-1][1] if self._above else self._title
        shown = visible(line.strip(), 120)
        self._above = [*self._above[-20:], (indent, shown)]
        if not reads:
            self._title = shown
        return heading


def _whole_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number, line), with an array that goes over several lines put into one."""
    text = _WRAPPED.sub(r"\1", text)
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line, start = lines[at][:MAX_LINE], at
        at += 1
        while _open(line) and at < len(lines) and at - start < MAX_ARRAY_LINES:
            if not _goes_on(lines[at]) or len(line) > MAX_LINE:
                break
            line += " " + lines[at].strip()[:MAX_LINE]
            at += 1
        line = _REPR.sub("", _REPR_END.sub("", line))
        yield start + 1, line


def _open(line: str) -> bool:
    return line.count("[") > line.count("]")


def _goes_on(line: str) -> bool:
    return bool(line.strip()) and _numbers_alone(_REPR_END.sub("", line))


def _numbers_alone(text: str) -> bool:
    return not _NOT_A_NUMBER.search(_NUMBER.sub(" ", text))


def _readings(line: str, number: int) -> Iterator[Reading]:
    end = 0
    for separator in _SEPARATOR.finditer(line):
        value = _value(line, separator.end()) if separator.start() >= end else None
        if value is None:
            continue
        label = _label(line[max(end, separator.start() - MAX_LABEL) : separator.start()])
        end = value.end
        if _LETTER.search(label):
            yield Reading(label, value.values, number, value.unit, value.resolution)
    if end == 0:
        yield from _listed(line, number) or _without_separator(line, number)


class _Value(NamedTuple):
    values: tuple[float, ...]
    unit: str
    resolution: float
    end: int


def _value(line: str, start: int) -> _Value | None:
    """Return the number or the array that stands at `start`."""
    found = _NUMBER.match(line, start)
    if found is not None:
        unit = _UNIT.match(line, found.end())
        after = line[found.end() : found.end() + 2]
        if unit is None and re.match(r"\w|[.:]\d", after):
            return None  # a name, a version, a clock
        end = unit.end() if unit else found.end()
        return _Value((float(found[0]),), unit[0].strip() if unit else "", _resolution(found), end)
    run = _ARRAY.match(line, start)
    end = _closing(run[0]) if run else 0
    # Names such as `(Ni)` pass the first look.
    if run is None or end == 0 or not _numbers_alone(run[0][:end]):
        return None
    values = tuple(float(entry) for entry in _NUMBER.findall(run[0][:end])[:MAX_VALUES])
    return _Value(values, "", 0.0, start + end) if values else None


# Longer exponents are no number's: 1e-9999 is 0 already.
_MOST_EXPONENT = 5


def _resolution(found: re.Match[str]) -> float:
    """Return half a unit of the last decimal that is printed; 0 for whole numbers."""
    digits, _, exponent = found[0].lower().partition("e")
    decimals = len(digits.partition(".")[2])
    if not decimals or len(exponent) > _MOST_EXPONENT:
        return 0.0
    return 0.5 * float(f"1e{int(exponent or 0) - decimals}")


def _closing(text: str) -> int:
    """Return where the bracket that `text` begins with is closed again, 0 if nowhere."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character in "[(") - (character in "])")
        if depth == 0:
            return at + 1
    return 0


def _label(text: str) -> str:
    """Return the words of a label without what belongs to the reading before it."""
    text = text.lstrip(" \t;,|)]}{'\"")
    last_open = max(text.rfind("("), text.rfind("["))
    if last_open > max(text.rfind(")"), text.rfind("]")):
        text = text[last_open + 1 :]
    without = _LEADING_GROUP.sub("", text, count=1) if text[:1] in "([" else text
    return visible(without.strip(" \t'\"*-").strip(), MAX_SHOWN)


def _listed(line: str, number: int) -> list[Reading]:
    """Read `ann: accuracy 0.51, loss 2.3`, where what stands before the colon names both."""
    name, _, rest = line.rpartition(": ")
    before = f"{_label(name)}: " if name else ""
    found = [
        replace(reading, label=visible(before + reading.label, MAX_SHOWN))
        for part in _LISTED.split(rest)
        for reading in _without_separator(part, number)
        if reading.label
    ]
    return found if len(found) > 1 else []


def _without_separator(line: str, number: int) -> list[Reading]:
    """Read `accuracy 0.51` and `means [1. 2.]`, and lines that are numbers alone."""
    last = None
    for last in _NUMBER.finditer(line):  # noqa: B007 - the last one is wanted
        pass
    for found in (_ARRAY.search(line), last):
        value = _value(line, found.start()) if found else None
        if found is None or value is None or line[value.end :].strip(" .,;)'\""):
            continue
        words = line[max(0, found.start() - MAX_LABEL) : found.start()].strip()
        if not words or (words[-1].isalpha() and (value.resolution or "[" in found[0])):
            return [Reading(_label(words), value.values, number, value.unit, value.resolution)]
    return []
