"""The passes of the alignment: which template cell (row) goes with which student's (column).

The thresholds were set by the notebooks of five courses and those of the tests: see
tests/grader/notebook/test_thresholds.py, which holds the margins.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from grader.notebook.document import Cell
from grader.notebook.likeness import Likeness, Tokens
from grader.notebook.prose import begins_section, has_marker, is_placeholder, text_of_code

How = Literal["same", "id", "similar", "marks", "place", "merged", "split", "missing"]

# Under an id that both files have, a text may differ this much and still be the edited cell.
ALIKE_WITH_ID = 0.2
# Never taken for the same cell below this, wherever it stands.
ALIKE_AT_ALL = 0.25
# What standing in the place that all neighbours point to is worth.
CONTEXT = 0.25
# Likeness plus context that a pair needs; the surest pairs go first and are context for the rest.
BARS = (0.85, 0.65, 0.5)
# A part is a part of a whole when this much of it is found there …
PART = 0.8
# … or this much, where others of the same whole were found already …
FURTHER_PART = 0.6
# … and the whole is more like its parts with it than without it.
GAIN = 0.04
# Shorter cells (`plt.show()`) are found in anything.
PART_TOKENS = 6
# So many wholes are tried for a part; without a bound a thousand small cells would take minutes.
TRIED = 4
COPY = 0.9
# Marks are looked for in the beginning of a cell; none of a course is a third as long.
MARKED = 8_000
_NEIGHBOURS = ((-1, 3), (1, 3), (-2, 1), (2, 1))


class Pairing:
    """The alignment while it is made: `columns[row]` are the student's cells of a row."""

    def __init__(self, template: Sequence[Cell], student: Sequence[Cell]) -> None:
        self.template = template
        self.student = student
        self.likeness = Likeness(template, student)
        self.columns: list[list[int]] = [[] for _ in template]
        self.copies: list[list[int]] = [[] for _ in template]
        self.how: list[How] = ["missing" for _ in template]
        self._rows: dict[int, list[int]] = {}
        self._writable = [is_writable(cell) for cell in template]
        self._words = [" ".join(tokens)[:MARKED] for tokens in self.likeness.student]

    def run(self) -> None:
        """Run all passes."""
        self._same()
        self._ids()
        for bar in BARS:
            self._alike(bar)
        self._marked()
        self._copied()
        self._places()
        self._merged()
        self._split()
        self._said_again()
        self._prefer_executed()

    def similarity(self, row: int) -> float:
        """Return how like the row its cells are; how much of it is found, where merged."""
        columns = self.columns[row]
        if len(columns) == 1:
            if len(self._rows[columns[0]]) > 1:
                return self.likeness.covered(row, columns[0])
            return self.likeness.dice(row, columns[0])
        return self.likeness.dice_together([row], columns)

    def changed(self, row: int) -> bool:
        """Return whether more than white space, comments and quotes differ."""
        given = self.likeness.template[row]
        shown = tuple(t for c in sorted(self.columns[row]) for t in self.likeness.student[c])
        if any(len(self._rows[column]) > 1 for column in self.columns[row]):
            return f" {' '.join(given)} " not in f" {' '.join(shown)} "
        return given != shown

    def _pair(self, row: int, column: int, how: How) -> None:
        self.columns[row].append(column)
        self._rows.setdefault(column, []).append(row)
        if self.how[row] == "missing" or how == "split":
            self.how[row] = how

    def _open_rows(self) -> list[int]:
        return [row for row, columns in enumerate(self.columns) if not columns]

    def _open_columns(self) -> list[int]:
        taken = {*self._rows, *(column for copies in self.copies for column in copies)}
        return [column for column in range(len(self.student)) if column not in taken]

    def _same_kind(self, row: int, column: int) -> bool:
        return self.template[row].kind == self.student[column].kind

    def _same(self) -> None:
        keys = [
            [(cell.kind, tokens) for cell, tokens in zip(cells, texts, strict=True)]
            for cells, texts in (
                (self.template, self.likeness.template),
                (self.student, self.likeness.student),
            )
        ]
        once = [{key for key, n in Counter(side).items() if n == 1 and key[1]} for side in keys]
        where = {key: column for column, key in enumerate(keys[1])}
        for row, key in enumerate(keys[0]):
            if key in once[0] and key in once[1]:
                self._pair(row, where[key], "same")

    def _ids(self) -> None:
        columns = {self.student[c].id: c for c in self._open_columns() if self.student[c].owns_id}
        for row in self._open_rows():
            column = columns.get(self.template[row].id) if self.template[row].owns_id else None
            if column is None:
                continue
            alike = self.likeness.dice(row, column) >= ALIKE_WITH_ID
            if self._writable[row] or (alike and self._same_kind(row, column)):
                self._pair(row, column, "id")

    def _alike(self, bar: float) -> None:
        open_columns = self._open_columns()
        found = []
        for row in self._open_rows():
            for column in open_columns:
                dice = self.likeness.dice(row, column)
                if dice < ALIKE_AT_ALL or not self._same_kind(row, column):
                    continue
                score = dice + CONTEXT * self._context(row, column)
                if score >= bar:
                    found.append((-score, row, column))
        for _, row, column in sorted(found):
            if not self.columns[row] and column not in self._rows:
                self._pair(row, column, "similar")

    def _marked(self) -> None:
        """Give rows that are still open the cells with all marks of theirs.

        Other editions of a course, and students who write the checks themselves, share no line with
        the template, but what a cell is for can be told by what it calls and prints. The rows with
        the fewest candidates choose first; what was found by marks may stand for several rows.
        """
        open_columns = self._open_columns()
        able = {
            row: [column for column in open_columns if self._has_marks(row, column)]
            for row in self._open_rows()
            if self.template[row].marks
        }
        left = dict(able)
        while left:
            free = {
                row: [column for column in columns if column not in self._rows]
                for row, columns in left.items()
            }
            row = min(left, key=lambda row: (len(free[row]) or len(self.student), row))
            if free[row]:
                best = max(free[row], key=lambda column: (self._context(row, column), -column))
                self._pair(row, best, "marks")
            del left[row]
        for row, columns in able.items():
            if columns and not self.columns[row]:
                best = max(columns, key=lambda column: (self._context(row, column), -column))
                self._pair(row, best, "merged")

    def _has_marks(self, row: int, column: int) -> bool:
        if not self._same_kind(row, column) or self.student[column].blank:
            return False
        text = self._words[column]
        return all(re.search(mark, text, re.IGNORECASE) for mark in self.template[row].marks)

    def _context(self, row: int, column: int) -> float:
        """Return, from 0 to 1, how well the column agrees with where the row's neighbours went.

        Next to a neighbour on the wrong side (a notebook turned round), or with one cell between
        them, counts half.
        """
        agreed = weights = 0.0
        for offset, weight in _NEIGHBOURS:
            near = row + offset
            if not 0 <= near < len(self.columns) or not self.columns[near]:
                continue
            weights += weight
            distance = self.columns[near][0] - column
            if distance == offset:
                agreed += weight
            elif distance == -offset or abs(distance - offset) == 1:
                agreed += weight / 2
        return agreed / weights if weights else 0.0

    def _places(self) -> None:
        """Give a place to write in what stands between its question and the next known cell."""
        for row in self._open_rows():
            said: set[Tokens] = set()
            for column in self._gap(row) if self._writable[row] else ():
                tokens = self.likeness.student[column]
                if tokens in said:
                    self.copies[row].append(column)
                else:
                    self._pair(row, column, "place")
                said.add(tokens)

    def _gap(self, row: int) -> list[int]:
        step = -1 if self._turned_round(row) else 1
        before = self.columns[row - 1] if row else []
        after = self.columns[row + 1] if row + 1 < len(self.columns) else []
        if before:
            return sorted(self._fitting(row, (max if step > 0 else min)(before), step))
        if after:
            return sorted(self._fitting(row, (min if step > 0 else max)(after), -step))
        return []

    def _turned_round(self, row: int) -> bool:
        """Return whether the known cells around the row stand in the opposite order."""
        known = [near for near, columns in enumerate(self.columns) if columns]
        around = [near for near in known if near < row][-2:] + [n for n in known if n > row][:2]
        columns = [self.columns[near][0] for near in around]
        return sum(first > second for first, second in pairwise(columns)) * 2 >= len(columns) > 1

    def _fitting(self, row: int, start: int, step: int) -> Iterator[int]:
        free = set(self._open_columns())
        passed = set(self.copies[row - 1]) if row else set()
        # An answer may have a heading; where it stands elsewhere, a heading begins a section.
        written = step > 0 and has_marker(self.student[start].source)
        column = start + step
        while column in free or column in passed:
            cell = self.student[column]
            if written and cell.kind != "code" and begins_section(cell.source):
                return
            if column in free and not cell.blank and self._may_hold(row, cell):
                written = True
                yield column
            column += step

    def _may_hold(self, row: int, cell: Cell) -> bool:
        if self.template[row].kind == "code":
            return cell.kind == "code"
        return cell.kind != "code" or text_of_code(cell.source) is not None

    def _merged(self) -> None:
        """Find rows that were put into a cell together with others."""
        for row in self._open_rows():
            if len(self.likeness.template[row]) < PART_TOKENS:
                continue
            columns = range(len(self.student))
            likely = [
                (self.likeness.covered(row, c), -c) for c in columns if self._same_kind(row, c)
            ]
            gains = [
                (gain, minus)
                for _, minus in heapq.nlargest(TRIED, likely)
                if (gain := self._gain_of_row(row, -minus)) >= GAIN
            ]
            if gains:
                self._pair(row, -max(gains)[1], "merged")
        for rows in self._rows.values():
            for row in rows if len(rows) > 1 else ():
                self.how[row] = "merged"

    def _gain_of_row(self, row: int, column: int) -> float:
        rows = self._rows.get(column, [])
        if self.likeness.covered(row, column) < (FURTHER_PART if rows else PART):
            return 0.0
        if any(len(self.columns[other]) > 1 for other in rows):
            return 0.0
        before = self.likeness.dice_together(rows, [column]) if rows else 0.0
        return self.likeness.dice_together([*rows, row], [column]) - before

    def _split(self) -> None:
        """Find cells that are a part of a row, beside or instead of the one found."""
        for column in self._open_columns():
            if len(self.likeness.student[column]) < PART_TOKENS:
                continue
            rows = range(len(self.template))
            likely = [
                (self.likeness.covering(r, column), -r) for r in rows if self._same_kind(r, column)
            ]
            gains = [
                (gain, minus)
                for _, minus in heapq.nlargest(TRIED, likely)
                if (gain := self._gain_of_column(-minus, column)) >= GAIN
            ]
            if gains:
                self._pair(-max(gains)[1], column, "split")
        for row, columns in enumerate(self.columns):
            if self.how[row] == "split" and len(columns) == 1:
                self.how[row] = "similar"

    def _gain_of_column(self, row: int, column: int) -> float:
        columns = self.columns[row]
        if self.likeness.covering(row, column) < (FURTHER_PART if columns else PART):
            return 0.0
        if any(len(self._rows[other]) > 1 for other in columns):
            return 0.0
        before = self.likeness.dice_together([row], columns) if columns else 0.0
        return self.likeness.dice_together([row], [*columns, column]) - before

    def _copied(self) -> None:
        for column in self._open_columns():
            alike = [
                (self.likeness.dice(row, column), -row)
                for row in range(len(self.template))
                if self._same_kind(row, column)
            ]
            if alike and max(alike)[0] >= COPY:
                self.copies[-max(alike)[1]].append(column)

    def _said_again(self) -> None:
        """Find copies of what the student wrote, which is in no template."""
        written = {
            (self.student[column].kind, self.likeness.student[column]): rows[0]
            for column, rows in self._rows.items()
        }
        for column in self._open_columns():
            tokens = self.likeness.student[column]
            row = written.get((self.student[column].kind, tokens))
            if tokens and row is not None:
                self.copies[row].append(column)

    def _prefer_executed(self) -> None:
        """Where a cell was not run but an equal copy was, let the copy stand for it."""
        for row, columns in enumerate(self.columns):
            alone = len(columns) == 1 and len(self._rows[columns[0]]) == 1
            if not alone or self.student[columns[0]].executed:
                continue
            texts = self.likeness.student
            for place, copy in enumerate(self.copies[row]):
                if self.student[copy].executed and texts[copy] == texts[columns[0]]:
                    self._rows[copy] = self._rows.pop(columns[0])
                    self.copies[row][place] = columns[0]
                    columns[0] = copy
                    break


def is_writable(cell: Cell) -> bool:
    """Return whether the template leaves this cell to the student."""
    if cell.role is not None:
        return cell.role != "given"
    return all(is_placeholder(line) for line in _without_headings(cell))


def _without_headings(cell: Cell) -> Iterator[str]:
    for line in cell.source.splitlines():
        yield line.lstrip("#").strip()
