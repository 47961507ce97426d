"""Rebuild a notebook of a stranger as a valid nbformat 4.5 dict, field by field.

Nothing is passed on that is not known to be well formed, so that whoever renders or executes the
result need not check it again. What can be mended is mended; nothing here raises for one bad cell.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from nbformat.notebooknode import from_dict
from nbformat.v4.convert import upgrade_cell

MAX_DEPTH = 64
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MIME = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}")
_KINDS = ("code", "markdown", "raw")
_ROLES = ("given", "answer", "free")
_NEVER_RUN_TWICE = 10**9

Json = dict[str, Any]


def clean(text: str) -> str:
    """Return `text` with lone surrogates replaced: they can be written to no file."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def joined(value: object, glue: str = "") -> str:
    """Return a text that may stand as a list of lines; anything else is empty."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return clean(glue.join(line for line in value if isinstance(line, str)))
    return ""


def plain(value: object, depth: int = 0) -> Any:
    """Return a JSON value with clean strings and finite numbers; what lies too deep is None."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): plain(entry, depth + 1) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry, depth + 1) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def cells_of(notebook: Json) -> list[Json]:
    """Return the cells of a notebook of nbformat 2 to 4, in the form of 4."""
    if isinstance(notebook.get("cells"), list):
        return [cell for cell in notebook["cells"] if isinstance(cell, dict)]
    sheets = notebook.get("worksheets")
    old = [
        cell
        for sheet in (sheets if isinstance(sheets, list) else [])
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
        for cell in sheet["cells"]
        if isinstance(cell, dict)
    ]
    return [_upgraded(cell) for cell in old]


def _upgraded(cell: Json) -> Json:
    """Return a cell of nbformat 3 as one of 4; nbformat knows how, once the types are right."""
    level, outputs = cell.get("level"), cell.get("outputs")
    fresh: Json = {
        "cell_type": plain(cell.get("cell_type")),
        "metadata": {},
        "prompt_number": plain(cell.get("prompt_number")),
        "level": level if isinstance(level, int) and 1 <= level <= 6 else 1,
        "outputs": [
            _old_output(output)
            for output in (outputs if isinstance(outputs, list) else [])
            if isinstance(output, dict) and isinstance(output.get("output_type"), str)
        ],
    }
    fresh |= {key: _old_text(cell[key]) for key in ("source", "input") if key in cell}
    converted: Json = upgrade_cell(from_dict(fresh))
    return converted | {"id": None}  # it made a random one


def _old_text(value: object) -> str:
    """Return a text of nbformat 3, where a list of lines may lack its line breaks."""
    ends = isinstance(value, list) and bool(value) and str(value[0]).endswith(("\n", "\r"))
    return joined(value, "" if ends else "\n")


def _old_output(output: Json) -> Json:
    keep = {"output_type", "prompt_number", "stream", "ename", "evalue", "traceback", "metadata"}
    fresh = {key: _old_text(entry) for key, entry in output.items() if key not in keep}
    fresh.pop("json", None)  # it would be parsed, and shows nothing
    known = {key: plain(output[key]) for key in keep - {"metadata"} if key in output}
    return {**fresh, **known, "metadata": {}}


def notebook(cells: list[Json], metadata: object) -> Json:
    """Return the dict of a whole notebook; `cells` are tidy already."""
    kept: Json = {}
    for key, required in (("kernelspec", ("name", "display_name")), ("language_info", ("name",))):
        entry = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(entry, dict) and all(isinstance(entry.get(name), str) for name in required):
            kept[key] = {name: clean(entry[name]) for name in required}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": kept, "cells": cells}


def own_id(cell: Json) -> str | None:
    """Return the id that the file gives the cell, if it is a valid one."""
    given = cell.get("id")
    return given if isinstance(given, str) and _ID.fullmatch(given) else None


def tidy_cell(cell: Json, name: str) -> Json:
    """Return one cell of nbformat 4.5 with the id `name`."""
    kind = cell.get("cell_type")
    fresh: Json = {
        "id": name,
        "cell_type": kind if kind in _KINDS else "raw",
        "metadata": _grading(cell.get("metadata")),
        "source": joined(cell.get("source")),
    }
    if kind == "code":
        fresh["execution_count"] = _count(cell.get("execution_count"))
        fresh["outputs"] = _outputs(cell.get("outputs"))
    elif isinstance(cell.get("attachments"), dict):
        fresh["attachments"] = {
            clean(str(key)): _bundle(entry) for key, entry in cell["attachments"].items()
        }
    return fresh


def _grading(metadata: object) -> Json:
    grading = metadata.get("grading") if isinstance(metadata, dict) else None
    if not isinstance(grading, dict):
        return {}
    kept: Json = {}
    if grading.get("role") in _ROLES:
        kept["role"] = grading["role"]
    if isinstance(grading.get("question"), str):
        kept["question"] = clean(grading["question"][:80])
    return {"grading": kept} if kept else {}


def _count(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value < _NEVER_RUN_TWICE else None


def _outputs(outputs: object) -> list[Json]:
    """Return the outputs that are of a known kind, pieces of one stream put together."""
    fresh: list[Json] = []
    pieces: list[list[str]] = []
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict) or (tidy := _output(output)) is None:
            continue
        if fresh and _continues(fresh[-1], tidy):
            pieces[-1].append(tidy["text"])
            continue
        fresh.append(tidy)
        pieces.append([tidy.get("text", "")])
    for output, texts in zip(fresh, pieces, strict=True):
        if output["output_type"] == "stream":
            output["text"] = "".join(texts)
    return fresh


def _continues(last: Json, output: Json) -> bool:
    same = all(last.get(key) == output.get(key) for key in ("output_type", "name"))
    return same and output["output_type"] == "stream"


def _stream(output: Json) -> Json:
    name = "stderr" if output.get("name") == "stderr" else "stdout"
    return {"output_type": "stream", "name": name, "text": joined(output.get("text"))}


def _display(output: Json) -> Json:
    return {
        "output_type": "display_data",
        "data": _bundle(output.get("data")),
        "metadata": {},
    }


def _result(output: Json) -> Json:
    count = _count(output.get("execution_count"))
    return {**_display(output), "output_type": "execute_result", "execution_count": count}


def _error(output: Json) -> Json:
    lines = output.get("traceback")
    return {
        "output_type": "error",
        "ename": joined(output.get("ename")),
        "evalue": joined(output.get("evalue")),
        "traceback": [clean(line) for line in lines if isinstance(line, str)]
        if isinstance(lines, list)
        else [],
    }


_OUTPUTS: dict[str, Callable[[Json], Json]] = {
    "stream": _stream,
    "display_data": _display,
    "update_display_data": _display,
    "execute_result": _result,
    "error": _error,
}


def _output(output: Json) -> Json | None:
    kind = output.get("output_type")
    make = _OUTPUTS.get(kind) if isinstance(kind, str) else None
    return make(output) if make else None


def _bundle(data: object) -> Json:
    """Return what a display shows by MIME type; all but JSON is text."""
    if not isinstance(data, dict):
        return {}
    return {
        mime: plain(value) if mime.endswith("json") else joined(value)
        for mime, value in data.items()
        if _MIME.fullmatch(mime)
    }
