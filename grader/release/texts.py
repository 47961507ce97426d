"""The texts of a bundle, and of what must not be in it, in the form in which they are compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.bundle.collating.notebooks import read_notebook

_WORD = re.compile(r"\w+")
_COMMENT = re.compile(r"\s+(#|//|/\*).*$")
_MARKS = re.compile(r"^[\s#/*>]+")
# Lines that stand in all code say nothing about where it comes from.
_TRIVIAL = re.compile(
    r"\W*(else|try|finally|return|pass|break|continue|self|none)?\W*", re.IGNORECASE
)


@dataclass(frozen=True)
class Text:
    """A piece of text and where it stands: a file, or a cell of a notebook."""

    where: str
    lines: list[str]


def bare(line: str) -> str:
    """Return a line of code as it is compared: no white space, no comment, "" if trivial."""
    code = _MARKS.sub("", _COMMENT.sub("", f" {line}"))
    return "" if _TRIVIAL.fullmatch(code) else "".join(code.split())


def opened(line: str) -> str:
    """Return a line as `bare` does, as code also where it is a comment or a quotation."""
    return bare(_MARKS.sub("", line))


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return _WORD.findall(text.lower())


def texts_of(path: str, content: bytes) -> list[Text]:
    """Return the texts of a file, of a notebook those of cells, outputs and metadata.

    A file of bytes that are no text, such as an array's or a picture's, has none.
    """
    if path.endswith(".ipynb"):
        try:
            return list(_notebook_texts(path, read_notebook(content)))
        except ValueError:
            pass  # the rest of the release says what is wrong with it
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in content and not wide:
        return []
    return [Text(path, content.decode("utf-16" if wide else "utf-8", "replace").splitlines())]


def _notebook_texts(path: str, notebook: dict[str, Any]) -> Iterator[Text]:
    yield _dumped(f"{path}, metadata", notebook.get("metadata"))
    for number, cell in enumerate(notebook["cells"], 1):
        where = f"{path}, cell {number}"
        yield Text(where, joined(cell.get("source")).splitlines())
        yield _dumped(f"{where}, metadata", [cell.get("id"), cell.get("metadata")])
        for output in cell.get("outputs", []):
            yield Text(f"{where}, output", output_text(output).splitlines())


def _dumped(where: str, value: Any) -> Text:
    return Text(where, json.dumps(value, indent=1, ensure_ascii=False).splitlines())


def joined(value: Any) -> str:
    """Return a text of a notebook, which may stand there as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")


def output_text(output: dict[str, Any]) -> str:
    """Return everything that an output of a notebook says in letters."""
    data = {key: value for key, value in output.get("data", {}).items() if "image/" not in key}
    parts = [output.get("text"), output.get("traceback"), output.get("evalue"), *data.values()]
    return "\n".join(joined(part) for part in parts if part)
