"""Read what a compiler's sanitizer, or the loader, says when it ends a process."""

from __future__ import annotations

import re
from dataclasses import dataclass

# AddressSanitizer: its headline, then the calls, innermost first. Those in a library of the shelf
# are the hand-in's.
_HEADLINE = re.compile(
    r"==\d{1,9}== *ERROR: (AddressSanitizer: [\w-]{1,60}(?: on unknown address)?)"
)
_ACCESS = re.compile(r"^(READ|WRITE) of size (\d{1,9})\b", re.MULTILINE)
_FRAME = re.compile(
    r"^ +#\d{1,3} 0x[0-9a-f]{1,16} [^\n]{1,4000}?/[0-9a-f]{32}\.so\+0x([0-9a-f]{1,8})\)",
    re.MULTILINE,
)
# The loader's, when a function is called that nothing defines.
_SYMBOL = re.compile(
    r"symbol lookup error: [^\n]{1,4000}?: (undefined symbol: \w{1,100})$", re.MULTILINE
)
# UndefinedBehaviorSanitizer: a line by itself.
_UNDEFINED = re.compile(
    r"^([^\s:]{1,300}\.[ch]):(\d{1,7}):\d{1,7}: runtime error: ([^\n]{1,300})$", re.MULTILINE
)


@dataclass(frozen=True)
class Sanitized:
    """What was found: a line in words, and where in the hand-in, as far as it was told.

    That is a line of a file, or an address in the library.
    """

    words: str
    path: str = ""
    line: int = 0
    offset: int = 0


def sanitized(output: str) -> Sanitized | None:
    """Return what a sanitizer found, by the end of what a process printed; None for nothing."""
    if undefined := _UNDEFINED.search(output):
        path, line, words = undefined.groups()
        return Sanitized(f"undefined behaviour: {words}", path, int(line))
    if symbol := _SYMBOL.search(output):
        return Sanitized(symbol[1])
    headline = _HEADLINE.search(output)
    if headline is None:
        return None
    words = headline[1]
    if access := _ACCESS.search(output, headline.end()):
        words += f", {access[1].lower()} of {access[2]} bytes"
    frame = _FRAME.search(output, headline.end())
    return Sanitized(words, offset=int(frame[1], 16) if frame else 0)
