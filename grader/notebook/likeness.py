"""How alike two cells are: by tokens and neighbouring pairs of them, rare ones counting more.

The courses' cells repeat each other (the gradient check of layer norm is that of batch norm but
for a few names), so what tells two cells apart is what few cells have: each token weighs
log(1 + texts / texts that have it), the inverse document frequency of information retrieval.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from grader.notebook.document import Cell

# What lies beyond is not compared: no cell of a course is a tenth as long.
MAX_COMPARED = 20_000

_CODE = re.compile(
    r"'''(?P<a>.*?)'''|\"\"\"(?P<b>.*?)\"\"\"|'(?P<c>(?:[^'\\\n]|\\.)*)'|\"(?P<d>(?:[^\"\\\n]|\\.)*)\""
    r"|(?P<comment>#[^\n]*)|(?P<word>\w+)|(?P<sign>[^\w\s])",
    re.DOTALL,
)
_WORD = re.compile(r"\w+")
_PASTED_IMAGE = re.compile(r"data:[\w/+.;-]{1,80}base64,[A-Za-z0-9+/=\s]{1,4000000}")

Tokens = tuple[str, ...]
Feature = tuple[str, int]


def tokens_of(cell: Cell) -> Tokens:
    """Return the tokens that count: for code no comments, white space or kind of quotes.

    Code that is nothing but comments is compared by these; text by its words in lower case.
    """
    if cell.kind != "code":
        text = _PASTED_IMAGE.sub(" image ", cell.source)[:MAX_COMPARED]
        return tuple(word.lower() for word in _WORD.findall(text))
    code: list[str] = []
    comments: list[str] = []
    for found in _CODE.finditer(cell.source[:MAX_COMPARED]):
        kind = found.lastgroup or "sign"
        if kind == "comment":
            comments += _WORD.findall(found[0].lower())
        elif kind in "abcd":
            # As one token, a reworded message would look like a different call.
            code += ['"', *_WORD.findall(found[kind]), '"']
        else:
            code.append(found[0])
    return tuple(code or comments)


def _features(tokens: Tokens) -> set[Feature]:
    """Return tokens and pairs, each with a number for its first, second, … occurrence."""
    counts = Counter(tokens)
    counts.update(f"{first} {second}" for first, second in pairwise(tokens))
    return {(gram, k) for gram, count in counts.items() for k in range(count)}


class Likeness:
    """Likeness of the distinct texts of a template (rows) and a hand-in (columns)."""

    def __init__(self, template: Sequence[Cell], student: Sequence[Cell]) -> None:
        self.template = [tokens_of(cell) for cell in template]
        self.student = [tokens_of(cell) for cell in student]
        texts = dict.fromkeys([*self.template, *self.student])
        self._features = {tokens: _features(tokens) for tokens in texts}
        self._weights = _weights(self._features.values())
        self._mass = {tokens: self._sum(found) for tokens, found in self._features.items()}
        self._overlap = self._overlaps()

    def _sum(self, features: Iterable[Feature]) -> float:
        weights = self._weights
        # math.fsum: a sum over a set must not depend on its order, which changes from run to run.
        return math.fsum(weights[feature] for feature in features)

    def _overlaps(self) -> dict[tuple[Tokens, Tokens], float]:
        """Return the shared weight of each pair of texts that share anything."""
        postings: dict[Feature, list[Tokens]] = defaultdict(list)
        wanted = set().union(*(self._features[tokens] for tokens in self.template))
        for tokens in dict.fromkeys(self.student):
            for feature in self._features[tokens] & wanted:
                postings[feature].append(tokens)
        found: dict[tuple[Tokens, Tokens], float] = {}
        for tokens in dict.fromkeys(self.template):
            shared: dict[Tokens, float] = defaultdict(float)
            for feature in sorted(self._features[tokens]):
                weight = self._weights[feature]
                for other in postings.get(feature, ()):
                    shared[other] += weight
            for other, weight in shared.items():
                found[tokens, other] = weight
        return found

    def dice(self, row: int, column: int) -> float:
        """Return 2 · shared / (sum of both), from 0 to 1; 1 for equal texts, 0 for empty ones."""
        a, b = self.template[row], self.student[column]
        if a == b:
            return 1.0 if a else 0.0
        return 2 * self._overlap.get((a, b), 0.0) / ((self._mass[a] + self._mass[b]) or 1.0)

    def covered(self, row: int, column: int) -> float:
        """Return how much of the template's cell is found in the student's, from 0 to 1."""
        a, b = self.template[row], self.student[column]
        return self._overlap.get((a, b), 0.0) / (self._mass[a] or 1.0)

    def covering(self, row: int, column: int) -> float:
        """Return how much of the student's cell is found in the template's, from 0 to 1."""
        a, b = self.template[row], self.student[column]
        return self._overlap.get((a, b), 0.0) / (self._mass[b] or 1.0)

    def dice_together(self, rows: Iterable[int], columns: Iterable[int]) -> float:
        """Return the likeness of several cells, read as one text, to several others."""
        a = _features(tuple(token for row in sorted(rows) for token in self.template[row]))
        b = _features(tuple(token for column in sorted(columns) for token in self.student[column]))
        return 2 * self._total(a & b) / ((self._total(a) + self._total(b)) or 1.0)

    def _total(self, features: set[Feature]) -> float:
        # Where cells meet there are pairs that no single cell has; they count as rare.
        rare = max(self._weights.values(), default=1.0)
        return math.fsum(self._weights.get(feature, rare) for feature in features)


def _weights(texts: Iterable[set[Feature]]) -> dict[Feature, float]:
    counts: Counter[Feature] = Counter()
    number = 0
    for features in texts:
        counts.update(features)
        number += 1
    return {feature: math.log1p(number / count) for feature, count in counts.items()}
