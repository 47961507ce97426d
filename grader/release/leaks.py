"""Look through everything that goes out for what must not, and say where it stands."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.release.confidential import Confidential
from grader.release.contents import Item
from grader.release.texts import Text, opened, texts_of, words_of

# A run may be spread over so many times its lines.
_SPREAD = 3


@dataclass(frozen=True)
class Leak:
    """Something confidential in a bundle: file (and cell), line, what it is."""

    where: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.where}, line {self.line}: {self.what}"


def find_leaks(secret: Confidential, items: Sequence[Item]) -> list[Leak]:
    """Return all leaks in the texts of a bundle, in their order; each once a place."""
    names = _pattern(secret)
    found: dict[tuple[str, str], Leak] = {}
    for item in items:
        for text in texts_of(item.path, item.content):
            for leak in (
                *_names(secret, names, text),
                *_phrases(secret, text),
                *_runs(secret, text),
            ):
                first = found.setdefault((leak.where, leak.what), leak)
                if leak.line < first.line:
                    found[leak.where, leak.what] = leak
    return sorted(
        found.values(), key=lambda leak: (leak.where.split(",")[0], leak.where, leak.line)
    )


def _pattern(secret: Confidential) -> re.Pattern[str]:
    longest_first = sorted(secret.names, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")


def _names(secret: Confidential, pattern: re.Pattern[str], text: Text) -> Iterator[Leak]:
    for number, line in enumerate(text.lines, 1):
        for match in pattern.finditer(line):
            yield Leak(text.where, number, f"{match[0]}, {secret.names[match[0]]}")


def _phrases(secret: Confidential, text: Text) -> Iterator[Leak]:
    """Yield phrases, over the ends of lines: texts are wrapped anew wherever they go."""
    starts: list[int] = []
    numbers: list[int] = []
    whole, length = [" "], 1
    for number, line in enumerate(text.lines, 1):
        for word in words_of(line):
            starts.append(length)
            numbers.append(number)
            whole.append(f"{word} ")
            length += len(word) + 1
    words = "".join(whole)
    for phrase, what in secret.phrases.items():
        place = words.find(f" {' '.join(phrase)} ")
        if place >= 0:
            yield Leak(text.where, numbers[bisect.bisect_left(starts, place + 1)], what)


def _runs(secret: Confidential, text: Text) -> Iterator[Leak]:
    """Yield runs of lines, also where they are commented out or others stand between them."""
    lengths = {len(run) for run in secret.runs}
    ours = {line for run in secret.runs for line in run}
    lines = [(number, opened(line)) for number, line in enumerate(text.lines, 1)]
    code = [(number, line) for number, line in lines if line in ours]
    for start, (number, _) in enumerate(code):
        for length in lengths:
            run = code[start : start + length]
            what = secret.runs.get(tuple(line for _, line in run))
            if what is not None and run[-1][0] - number < _SPREAD * length:
                yield Leak(text.where, number, what)
