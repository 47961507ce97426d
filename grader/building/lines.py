"""Which line of the source a place in a library was made of."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Collection
from pathlib import PurePosixPath

# As readelf lists the line table: name of the file, line, address.
_ROW = re.compile(r"^(\S{1,300}) +(\d{1,7}) +0x([0-9a-f]{1,12})\b", re.MULTILINE)


class Lines:
    """The line table of a library, as readelf prints it; what is not about `paths` has no place."""

    def __init__(self, text: str = "", paths: Collection[str] = ()) -> None:
        self._text = text
        self._by_name = {PurePosixPath(path).name: path for path in paths}

    @functools.cached_property
    def _rows(self) -> list[tuple[int, str, int]]:
        """Address, path and line, ordered by address; few hand-ins are ever asked for one."""
        # Rows of other files stay: they end what comes before them.
        return sorted(
            (int(address, 16), self._by_name.get(name, ""), int(line))
            for name, line, address in _ROW.findall(self._text)
        )

    def place(self, offset: int) -> tuple[str, int]:
        """Return path and line of the code at an address, ("", 0) where that is not known."""
        after = bisect.bisect_right(self._rows, offset, key=lambda row: row[0])
        if not after:
            return "", 0
        _, path, line = self._rows[after - 1]
        return (path, line) if path else ("", 0)
