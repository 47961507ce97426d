"""Text that strangers wrote, made safe to show: whatever could act is made visible instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Categories that act on a terminal, a page or a reader without being seen: control characters,
# format characters (bidi marks among them), lone surrogates, private use, what is no character,
# and the separators that break lines.
_ACTING = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
# Letters and marks that nobody sees: fillers, selectors, joiners. Not the two that choose between
# an emoji and its plain form.
_UNSEEN = frozenset(
    map(
        chr,
        [0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0,
         *range(0x180B, 0x1810), *range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0)],
    )
)  # fmt: skip
# More of them on one letter cover the lines above and below.
_MOST_MARKS = 6
# What begins a command for a CI in a log: of GitHub a line, of Azure and TeamCity any part of one.
_COMMAND = re.compile(r"^(\s*:)(?=:)|(#)(?=#\w*\[)", re.MULTILINE)
_LONG_NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?:(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d{5,})"
)


def visible(text: str, limit: int = 500, *, lines: bool = False) -> str:
    r"""Return `text` with acting characters escaped as in `\x1b`, cut to `limit` characters.

    Line breaks and tabs stay where `lines` is true.
    """
    cut = text[:limit]
    if not (cut.isascii() and cut.isprintable()):
        cut = "".join(_shown(cut, "\n\t" if lines else ""))
    return cut + " …" if len(text) > limit else cut


def _shown(text: str, keep: str) -> Iterator[str]:
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" else 0
        acts = category in _ACTING or character in _UNSEEN or marks > _MOST_MARKS
        if acts and character not in keep:
            yield character.encode("unicode_escape", "surrogatepass").decode("ascii")
        else:
            yield character


def no_command(text: str) -> str:
    """Return `text` such that no CI takes a part of it for a command when it reads its own log."""
    return _COMMAND.sub(lambda found: f"{found[0]} ", text)


def without_numbers(text: str) -> str:
    """Return `text` with decimal and long numbers blanked.

    A message that student code composed could carry the hidden inputs out; shapes and indices
    stay readable.
    """
    return _LONG_NUMBER.sub("#", text)
