"""Which line of the source a place in a library was made of."""

from __future__ import annotations

import bisect
import re
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Self

# As readelf lists the line table: name of the file, line, address.
_ROW = re.compile(r"^(\S{1,300}) +(\d{1,7}) +0x([0-9a-f]{1,12})\b", re.MULTILINE)


class Lines:
    """The line table of a library: `rows` of address, path and line, ordered by address."""

    def __init__(self, rows: Collection[tuple[int, str, int]] = ()) -> None:
        self._rows = sorted(rows)

    @classmethod
    def parse(cls, text: str, paths: Collection[str]) -> Self:
        """Return the table that readelf prints, as far as it is about files among `paths`."""
        by_name = {PurePosixPath(path).name: path for path in paths}
        found = _ROW.findall(text)
        # Rows of other files stay: they end what comes before them.
        return cls([(int(at, 16), by_name.get(name, ""), int(line)) for name, line, at in found])

    def place(self, offset: int) -> tuple[str, int]:
        """Return path and line of the code at an address, ("", 0) where that is not known."""
        after = bisect.bisect_right(self._rows, offset, key=lambda row: row[0])
        if not after:
            return "", 0
        _, path, line = self._rows[after - 1]
        return (path, line) if path else ("", 0)
