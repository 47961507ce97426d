"""Read a notebook of a stranger: bytes in, a `Document` out, within bounds."""

from __future__ import annotations

import json
import re
from typing import Any

from grader.core.errors import SubmissionError
from grader.core.text import visible
from grader.notebook import tidy
from grader.notebook.document import Cell, Document, Output

MAX_BYTES = 20 << 20
# Each bracket can become an object of a hundred bytes.
MAX_BRACKETS = 2_000_000
MAX_CELLS = 1_000
MAX_SOURCE = 100_000
MAX_OUTPUTS = 200
MAX_TEXT = 100_000

# Colours, cursor movements and window titles of a terminal (ECMA-48: CSI, OSC, two-byte escapes).
_TERMINAL = re.compile(
    r"\x1b\[[0-?]{0,32}[ -/]{0,8}[@-~]|\x1b\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)|\x1b[ -/]?[0-~]"
)
_IMAGE = "image/"
_CUT = "\n[…]\n"


def read_notebook(data: bytes) -> Document:
    """Read a notebook of nbformat 3 to 4.5.

    Raises SubmissionError, what is wrong with "it", where it is no notebook or beyond bounds.
    What can be mended (no ids, ids given twice, missing fields) is mended and noted.
    """
    content = _parsed(data)
    version = _version(content)
    cells = tidy.cells_of(content)
    if len(cells) > MAX_CELLS:
        raise SubmissionError(f"it has more than {MAX_CELLS:,} cells")
    notes: list[str] = []
    names = _names(cells, notes)
    tidied = [tidy.tidy_cell(cell, name) for cell, (name, _) in zip(cells, names, strict=True)]
    return Document(
        cells=tuple(
            _cell(index, cell, notes, owned=owned)
            for index, (cell, (_, owned)) in enumerate(zip(tidied, names, strict=True))
        ),
        raw=tidy.notebook(tidied, content.get("metadata")),
        version=version,
        notes=tuple(notes),
    )


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise SubmissionError(f"it is larger than {MAX_BYTES >> 20} MB")
    if not data.strip(b" \t\r\n\0"):
        raise SubmissionError("it is empty")
    if data.count(b"[") + data.count(b"{") > MAX_BRACKETS:
        raise SubmissionError("it has too many parts")
    try:
        # A damaged letter is no reason to refuse a notebook.
        text = data.decode(json.detect_encoding(data), "replace").removeprefix("\ufeff")
        content = json.loads(text)
    except RecursionError:
        raise SubmissionError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise SubmissionError(f"it is damaged: no valid JSON at {where}") from None
    except ValueError:  # a number of thousands of digits
        raise SubmissionError("it is damaged: no valid JSON") from None
    if not isinstance(content, dict) or not isinstance(
        content.get("cells", content.get("worksheets")), list
    ):
        raise SubmissionError("it is JSON, but no Jupyter notebook: it has no cells")
    return content


def _version(content: dict[str, Any]) -> tuple[int, int]:
    found = (content.get("nbformat"), content.get("nbformat_minor"))
    major, minor = (n if isinstance(n, int) and 0 <= n < 1000 else None for n in found)
    if major is not None and major > 4:
        raise SubmissionError(f"it is of format {major}, which is newer than this grader reads (4)")
    if major is None:
        major = 4 if "cells" in content else 3
    return major, minor or 0


def _names(cells: list[dict[str, Any]], notes: list[str]) -> list[tuple[str, bool]]:
    """Return an id for each cell, and whether it is the file's own and given once.

    Made ids depend on the position alone, so that reading twice gives the same.
    """
    given = [tidy.own_id(cell) for cell in cells]
    taken = set(given)
    names: list[tuple[str, bool]] = []
    seen: set[str] = set()
    for index, name in enumerate(given):
        if name is not None and name not in seen:
            seen.add(name)
            names.append((name, given.count(name) == 1))
            continue
        made = f"made-{index:04}"
        while made in taken:
            made += "-x"
        taken.add(made)
        names.append((made, False))
    repeated = sum(name is not None for name in given) - len(seen)
    if repeated:
        notes.append(f"{repeated} cells had an id that another cell has too")
    return names


def _cell(index: int, cell: dict[str, Any], notes: list[str], *, owned: bool) -> Cell:
    source = cell["source"]
    if len(source) > MAX_SOURCE:
        notes.append(f"cell {index + 1} was read up to its {MAX_SOURCE:,}th character")
    outputs = cell.get("outputs", [])
    if len(outputs) > MAX_OUTPUTS:
        notes.append(f"of cell {index + 1}, the first and last outputs were read, not all")
        outputs = outputs[: MAX_OUTPUTS // 2] + outputs[-MAX_OUTPUTS // 2 :]
    grading = cell["metadata"].get("grading", {})
    return Cell(
        index=index,
        id=cell["id"],
        kind=cell["cell_type"],
        source=source[:MAX_SOURCE],
        execution_count=cell.get("execution_count"),
        outputs=tuple(_output(output) for output in outputs),
        role=grading.get("role"),
        metadata_question=grading.get("question", ""),
        owns_id=owned,
    )


def _output(output: dict[str, Any]) -> Output:
    kind = output["output_type"]
    if kind == "stream":
        return Output("stream", output["name"], _as_seen(output["text"]))
    if kind == "error":
        return Output(
            "error",
            text=_as_seen("\n".join(output["traceback"])),
            ename=visible(_as_seen(output["ename"]), 100),
            evalue=visible(_as_seen(output["evalue"]), 500),
        )
    data = output["data"]
    return Output(
        "result" if kind == "execute_result" else "display",
        text=_as_seen(str(data.get("text/plain", data.get("text/markdown", "")))),
        has_image=any(mime.startswith(_IMAGE) for mime in data),
    )


def _as_seen(text: str) -> str:
    """Return text as a reader sees it: no terminal codes, progress bars at their last state.

    Of a long text the beginning and the end are kept: what was trained is told at the end.
    """
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT // 2] + _CUT + text[-MAX_TEXT // 2 :]
    text = _TERMINAL.sub("", text).replace("\r\n", "\n")
    if "\r" not in text:
        return text
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
