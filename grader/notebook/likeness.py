"""How alike two cells are: by tokens and neighbouring pairs of them, rare ones counting more.

The courses' cells repeat each other (the gradient check of layer norm is that of batch norm but
for a few names), so what tells two cells apart is what few cells have: each token weighs
log(1 + texts / texts that have it), the inverse document frequency of information retrieval.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from grader.notebook.document import Cell

# What lies beyond is not compared; it bounds the time that a hostile cell can take.
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
        texts = list(dict.fromkeys([*self.template, *self.student]))
        number = {tokens: n for n, tokens in enumerate(texts)}
        self._rows = [number[tokens] for tokens in self.template]
        self._columns = [number[tokens] for tokens in self.student]
        features = [_features(tokens) for tokens in texts]
        self._weights = _weights(features)
        self._rare = max(self._weights.values(), default=1.0)
        self._mass = [self._total(found) for found in features]
        self._shared = self._overlaps(features)

    def _overlaps(self, features: Sequence[set[Feature]]) -> NDArray[np.float64]:
        """Return the shared weight of each template's text (rows) with each of all texts."""
        wanted = dict.fromkeys(self._rows)
        known = set().union(*(features[text] for text in wanted))
        postings: dict[Feature, list[int]] = {feature: [] for feature in known}
        for text in dict.fromkeys(self._columns):
            for feature in features[text] & known:
                postings[feature].append(text)
        places = {feature: np.array(found, np.intp) for feature, found in postings.items()}
        shared = np.zeros((len(features), len(features)))
        for text in wanted:
            for feature in sorted(features[text]):  # a sum in the order of a set would vary
                shared[text, places[feature]] += self._weights[feature]
        return shared

    def _share(self, row: int, column: int) -> tuple[float, float, float]:
        """Return the shared weight of two cells and the weight of each, both above 0."""
        a, b = self._rows[row], self._columns[column]
        return float(self._shared[a, b]), self._mass[a] or 1.0, self._mass[b] or 1.0

    def dice(self, row: int, column: int) -> float:
        """Return 2 · shared / (sum of both), from 0 to 1; 1 for equal texts, 0 for empty ones."""
        if self._rows[row] == self._columns[column]:
            return 1.0 if self.template[row] else 0.0
        shared, a, b = self._share(row, column)
        return 2 * shared / (a + b)

    def covered(self, row: int, column: int) -> float:
        """Return how much of the template's cell is found in the student's, from 0 to 1."""
        shared, a, _ = self._share(row, column)
        return shared / a

    def covering(self, row: int, column: int) -> float:
        """Return how much of the student's cell is found in the template's, from 0 to 1."""
        shared, _, b = self._share(row, column)
        return shared / b

    def dice_together(self, rows: Iterable[int], columns: Iterable[int]) -> float:
        """Return the likeness of several cells, read as one text, to several others."""
        a = _features(tuple(token for row in sorted(rows) for token in self.template[row]))
        b = _features(tuple(token for column in sorted(columns) for token in self.student[column]))
        return 2 * self._total(a & b) / ((self._total(a) + self._total(b)) or 1.0)

    def _total(self, features: set[Feature]) -> float:
        # Where cells meet there are pairs that no single cell has; they count as rare.
        # math.fsum does not depend on the order, which in a set changes from run to run.
        rare = self._rare
        return math.fsum(self._weights.get(feature, rare) for feature in features)


def _weights(texts: Iterable[set[Feature]]) -> dict[Feature, float]:
    counts: Counter[Feature] = Counter()
    number = 0
    for features in texts:
        counts.update(features)
        number += 1
    return {feature: math.log1p(number / count) for feature, count in counts.items()}
