"""Which functions of a source in C somebody had to write."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.release.texts import bare

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
# A body ends where a brace stands at the beginning of a line.
_BODY = re.compile(r"^[^\s#}].*\{[ \t]*$|^\{[ \t]*$", re.MULTILINE)
_END = re.compile(r"^\}", re.MULTILINE)


def written_bodies(source: str, template: str) -> Iterator[list[str]]:
    """Yield the code of each function that the template does not have with the same code.

    Heads and comments are left out; lines are as `texts.bare` leaves them.
    """
    given = set(map(tuple, _bodies(template)))
    for body in _bodies(source):
        if tuple(body) not in given:
            yield body


def _bodies(source: str) -> Iterator[list[str]]:
    code = _COMMENT.sub("", source)
    at = 0
    while opening := _BODY.search(code, at):
        end = _END.search(code, opening.end())
        at = end.end() if end else len(code)
        lines = code[opening.end() : end.start() if end else at].splitlines()
        yield [line for line in map(bare, lines) if line]
