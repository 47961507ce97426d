"""Text that strangers wrote, made safe to show: whatever could act is made visible instead."""

from __future__ import annotations

import re
import unicodedata

# Categories that act on a terminal, a page or a reader without being seen: control characters,
# format characters (bidi marks among them), lone surrogates, private use, what is no character,
# and the separators that break lines.
_ACTING = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_LONG_NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?:(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d{5,})"
)


def visible(text: str, limit: int = 500, *, lines: bool = False) -> str:
    r"""Return `text` with acting characters escaped as in `\x1b`, cut to `limit` characters.

    Line breaks and tabs stay where `lines` is true.
    """
    cut = text[:limit]
    keep = "\n\t" if lines else ""
    shown = "".join(
        character
        if character in keep or unicodedata.category(character) not in _ACTING
        else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in cut
    )
    return shown + " …" if len(text) > limit else shown


def without_numbers(text: str) -> str:
    """Return `text` with decimal and long numbers blanked.

    A message that student code composed could carry the hidden inputs out; shapes and indices
    stay readable.
    """
    return _LONG_NUMBER.sub("#", text)
