"""Tell written text from code and from what a template left for it."""

from __future__ import annotations

import io
import re
import token
import tokenize

# What stands where an answer goes, in the editions we know of and in words of the same kind.
_MARKER = re.compile(
    r"[\W_]*(?:(?:your|my)[\W_]+)?(?:answers?|solution|response)[\W_]*?\d*[\W_]*?(?:[:\uff1a][\s*_]*|$)"
    r"|[\W_]*(?:your|my)[\W_]+answer(?:[\W_]+here)?[\W_]*$",
    re.IGNORECASE,
)
_LEFT_FOR_IT = re.compile(
    r"[\W_]*(?:todo|fixme|tbd|(?:please[\W_]+)?(?:fill|type|write|put|enter|insert|add|double)\b"
    r"[^.!?\n]{0,60}\b(?:here|this|below|in|edit|answer|cell)|your\b[^.!?\n]{0,30}\bhere)[\W_]*",
    re.IGNORECASE,
)
# A marker stands at the start; the bound keeps the patterns from running long.
_MARKED = 200
_LAYOUT = {
    token.NEWLINE,
    token.INDENT,
    token.DEDENT,
    token.ENDMARKER,
    tokenize.NL,
    tokenize.ENCODING,
}
_QUOTES = re.compile(r"\A[a-zA-Z]{0,2}('''|\"\"\"|'|\")|('''|\"\"\"|'|\")\Z")


def after_marker(line: str) -> str | None:
    """Return what follows "Answer:" at the start of a line, or None where there is no such word."""
    found = _MARKER.match(line[:_MARKED])
    return line[found.end() :] if found else None


def begins_section(source: str) -> bool:
    """Return whether a text begins with a heading, other than "# Answer"."""
    first = source.strip().partition("\n")[0]
    return first.startswith("#") and after_marker(first) is None


def has_marker(source: str) -> bool:
    """Return whether a text has a line that begins with "Answer"."""
    return any(after_marker(line) is not None for line in source.splitlines())


def is_placeholder(line: str) -> bool:
    """Return whether a line says nothing: empty, "Answer:", "[fill this in]", "TODO"."""
    if not re.search(r"[^\W_]", line):
        return not _shows_something(line)
    rest = after_marker(line)
    if rest is not None:
        return is_placeholder(rest)
    return len(line) <= _MARKED and _LEFT_FOR_IT.fullmatch(line) is not None


def _shows_something(line: str) -> bool:
    # An answer may be a formula of signs or an emoji, but rules and bullets are no answer.
    return any(ord(character) > 0x2FFF for character in line)


def text_of_code(source: str) -> str | None:
    """Return the text of a code cell that holds comments, strings or printed strings alone.

    None where the cell computes something. Nothing is evaluated.
    """
    parts: list[str] = []
    try:
        for entry in tokenize.generate_tokens(io.StringIO(source).readline):
            if entry.type == token.COMMENT:
                parts.append(entry.string.lstrip("#").strip())
            elif entry.type == token.STRING:
                parts.append(_QUOTES.sub("", entry.string).strip())
            elif entry.type not in _LAYOUT and entry.string not in ("print", "(", ")"):
                return None
    except (tokenize.TokenError, SyntaxError):
        return None
    return "\n".join(parts)
