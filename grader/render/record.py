"""The record as JSON: the form in which a report is kept and handed on."""

from __future__ import annotations

from typing import Any

import msgspec

from grader.core.report import FORMAT, Report


def to_json(report: Report) -> bytes:
    """Return the report as indented JSON that is the same for the same report.

    JSON has no NaN and no infinity; they become null.
    """
    # Through the declared types, so that 30 and 30.0 points are written alike.
    report = msgspec.convert(msgspec.to_builtins(report), Report)
    return msgspec.json.format(msgspec.json.encode(report, order="deterministic"), indent=2) + b"\n"


def from_json(data: bytes) -> Report:
    """Return the report that `to_json` wrote.

    Raises ValueError, one line that names the place, where `data` is anything else: another
    format, a missing or unknown key, a wrong type, or outcomes and fractions that contradict.
    """
    try:
        tree = msgspec.json.decode(data)
        _require_format(tree)
        report = msgspec.convert(tree, Report)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(f"not a report: {' '.join(str(error).split())}") from None
    unknown = _unknown_key(tree, msgspec.to_builtins(report), "$")
    if unknown:
        raise ValueError(f"not a report: unknown key {unknown}")
    return report


def json_schema() -> bytes:
    """Return the JSON Schema of a report: the contents of docs/report.schema.json."""
    schema = msgspec.json.schema(Report)
    for definition in schema["$defs"].values():
        if "description" in definition:
            # Python 3.13 strips the indentation of docstrings, older ones do not.
            definition["description"] = " ".join(definition["description"].split())
        if "properties" in definition:
            definition["additionalProperties"] = False
    schema["$defs"]["Report"]["properties"]["format"] = {"const": FORMAT}
    schema["$defs"]["Report"]["required"].append("format")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{FORMAT.replace('/', ':')}",
        "title": "Report of one graded hand-in",
    }
    return msgspec.json.format(msgspec.json.encode(head | schema), indent=2) + b"\n"


def _require_format(tree: Any) -> None:
    found = tree.get("format") if isinstance(tree, dict) else None
    if found != FORMAT:
        named = repr(found) if isinstance(found, str) else "none"
        raise ValueError(f"not a report: the format must be {FORMAT!r}, and it is {named[:80]}")


def _unknown_key(tree: Any, known: Any, place: str) -> str | None:
    """Return the path of the first key in `tree` that decoding dropped."""
    if isinstance(tree, dict) and isinstance(known, dict):
        for key, value in tree.items():
            path = f"{place}.{key}"
            found = path if key not in known else _unknown_key(value, known[key], path)
            if found:
                return found
    if isinstance(tree, list) and isinstance(known, list | tuple):
        for number, (value, other) in enumerate(zip(tree, known, strict=True)):
            found = _unknown_key(value, other, f"{place}[{number}]")
            if found:
                return found
    return None
