"""A table as CSV, of which every cell that nobody changes keeps its bytes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

_BOM = "\ufeff"
_DELIMITERS = ",;\t"
# What makes a spreadsheet compute in place of showing, in any width.
_FORMULA = tuple("=+-@|")
# A reader that expects another delimiter than ours begins a cell behind each of these.
_CELL_BEGINS = re.compile(r"(?<=[;|\t\r\n])")
_TO_QUOTE = re.compile(r'[",;|\x00-\x1f\x85\u2028\u2029]')


def plain_cell(text: str) -> str:
    """Return text such that no spreadsheet takes it for a formula: with an apostrophe before it.

    So it is with each part of it that would be a cell where a table is split at semicolons, bars
    or tabs.
    """
    guarded = "".join(
        f"'{part}" if _is_formula(part) else part for part in _CELL_BEGINS.split(text)
    )
    return f"'{guarded}" if text.startswith(("\t", "\r", "\n")) else guarded


def _is_formula(text: str) -> bool:
    """Whether the first character that is seen begins a formula; blanks and marks are not seen."""
    seen = (character for character in text if unicodedata.category(character)[0] not in "CMZ")
    return unicodedata.normalize("NFKC", next(seen, "")).startswith(_FORMULA)


def quoted(text: str) -> str:
    """Return a cell in quotes if it holds one, or what some reader takes for the end of a cell."""
    return _in_quotes(text) if _TO_QUOTE.search(text) else text


def _in_quotes(text: str) -> str:
    return '"{}"'.format(text.replace('"', '""'))


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """Return a table of our own: commas, and lines that end with CR and LF (RFC 4180)."""
    return "".join(",".join(map(quoted, row)) + "\r\n" for row in rows)


@dataclass(frozen=True)
class Sheet:
    """A table that somebody else wrote; `raw` are its cells with their quotes, row by row.

    `ends` are the line ends of the rows, the last one "" where the file ends without.
    """

    raw: list[list[str]]
    ends: list[str]
    delimiter: str
    bom: bool

    @property
    def height(self) -> int:
        """The number of rows, the header among them."""
        return len(self.raw)

    @property
    def header(self) -> list[str]:
        """The first row."""
        return self.row(0)

    def row(self, number: int) -> list[str]:
        """Return the cells of a row without their quotes."""
        return [_bare(cell) for cell in self.raw[number]]

    def cell(self, row: int, column: int) -> str:
        """Return a cell without quotes and spaces around it; "" where the row is shorter."""
        cells = self.raw[row]
        return _bare(cells[column]).strip() if column < len(cells) else ""

    def column(self, column: int, start: int = 1) -> list[str]:
        """Return a column from row `start` on; rows without any cell are left out."""
        return [
            self.cell(row, column) for row in range(start, self.height) if self.raw[row] != [""]
        ]

    def filled(self, cells: Mapping[tuple[int, int], str]) -> Sheet:
        """Return the table with other text in some cells, by row and column."""
        raw = [list(row) for row in self.raw]
        for (row, column), text in cells.items():
            raw[row] += [""] * (column + 1 - len(raw[row]))
            was_quoted = raw[row][column].startswith('"')
            raw[row][column] = _in_quotes(text) if was_quoted else quoted(text)
        return replace(self, raw=raw)

    def encoded(self) -> bytes:
        """Return the file: UTF-8, with a byte order mark where it had one."""
        lines = (
            self.delimiter.join(row) + end for row, end in zip(self.raw, self.ends, strict=True)
        )
        return ((_BOM if self.bom else "") + "".join(lines)).encode("utf-8")


def parse_sheet(data: bytes) -> Sheet:
    """Return the table that a CSV file holds; comma, semicolon and tab are told apart.

    Raises ValueError, one line, where the file is not UTF-8, empty, or has a broken quote.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8; save it as “CSV UTF-8”") from None
    bom = text.startswith(_BOM)
    text = text.removeprefix(_BOM)
    if not text.strip():
        raise ValueError("it is empty")
    first = re.split(r"[\r\n]", re.sub(r'"[^"]*"', "", text), maxsplit=1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    raw, ends = _split(text, delimiter)
    return Sheet(raw, ends, delimiter, bom)


def _split(text: str, delimiter: str) -> tuple[list[list[str]], list[str]]:
    bare = f'[^"{delimiter}\r\n][^{delimiter}\r\n]*'
    one = re.compile(rf'("[^"]*(?:""[^"]*)*"|{bare}|)({delimiter}|\r\n|\n|\r|\Z)')
    raw: list[list[str]] = []
    ends: list[str] = []
    row: list[str] = []
    place = 0
    while place < len(text) or row:
        found = one.match(text, place)
        if found is None:
            line = text.count("\n", 0, place) + 1
            raise ValueError(f"line {line} is no CSV: a quote is not closed, or stands inside")
        row.append(found[1])
        place = found.end()
        if found[2] != delimiter:
            raw.append(row)
            ends.append(found[2])
            row = []
    return raw, ends


def _bare(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell
