"""Count what a cell shows and stop at its bounds; let no ill-formed message through.

Student code runs in the process that sends these messages, so any of them may be forged. What
passes here has the form that nbformat expects and fits into the limits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.notebook.execution import NotebookLimits

_SHOWN = ("display_data", "execute_result", "update_display_data")
# What wraps an output costs something too: a thousand empty ones are not free.
_OVERHEAD = 64


def _all_text(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _well_formed_data(data: Any) -> bool:
    return isinstance(data, dict) and all(
        isinstance(value, str) or kind.endswith("json") for kind, value in data.items()
    )


def _well_formed_display(content: Mapping[str, Any]) -> bool:
    transient = content.get("transient", {})
    return (
        _well_formed_data(content.get("data"))
        and isinstance(content.get("metadata", {}), dict)
        and isinstance(transient, dict)
        and isinstance(transient.get("display_id", ""), str)
        and isinstance(content.get("execution_count", 0), int)
    )


def well_formed(message: Mapping[str, Any]) -> bool:
    """Whether a message of the kernel has one of the forms that are understood here."""
    kind, content = message.get("msg_type"), message.get("content")
    if not isinstance(content, dict) or message.get("header", {}).get("msg_type") != kind:
        return False
    match kind:
        case "stream":
            return content.get("name") in ("stdout", "stderr") and isinstance(
                content.get("text"), str
            )
        case "display_data" | "execute_result" | "update_display_data":
            return _well_formed_display(content)
        case "error":
            texts = [content.get("ename"), content.get("evalue")]
            return _all_text(texts) and _all_text(content.get("traceback"))
        case "status":
            return content.get("execution_state") in ("busy", "idle", "starting")
        case "execute_input":
            return isinstance(content.get("execution_count", 0), int)
    # Widgets (comm_…) need a page that is alive; nothing of them is kept.
    return bool(kind == "clear_output")


def storable(value: Any) -> Any:
    """Return a value with the characters replaced that no UTF-8 file can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {storable(name): storable(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [storable(entry) for entry in value]
    return value


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str) else len(json.dumps(value))


class Ledger:
    """Counts the outputs of a cell and of the whole notebook against their limits."""

    def __init__(self, limits: NotebookLimits) -> None:
        self._limits = limits
        self._total = 0
        self.start_cell()

    def start_cell(self) -> None:
        """Begin to count anew for a cell."""
        self._text = self._picture_bytes = self._pictures = 0
        self.cut = ""
        self.refused: list[str] = []

    def admits(self, message: Mapping[str, Any]) -> bool:
        """Whether a well-formed message is still within bounds; `cut` says which one it broke.

        The text that breaks a bound is shortened to it, and so are all that follow, to nothing.
        """
        kind, content = message["msg_type"], message["content"]
        if kind in ("status", "execute_input", "clear_output"):
            return True
        if kind == "stream":
            return self._admits_stream(content)
        if kind in _SHOWN:
            self._take_marks(content)
            return self._admits_display(content["data"], _size(content.get("metadata", {})))
        return self._admits_text(sum(map(_size, content.values())))

    def _take_marks(self, content: dict[str, Any]) -> None:
        """Take the kernel's own remarks out of an output's metadata."""
        marks = content.get("metadata", {}).pop("grader", None)
        if isinstance(marks, dict):
            if isinstance(marks.get("refused"), str) and len(self.refused) < 20:
                self.refused.append(marks["refused"][:80])
            if "cut" in marks:
                self.cut = self.cut or "one output was too large"

    def _admits_stream(self, content: dict[str, Any]) -> bool:
        left = self._limits.cell_text_bytes - self._text
        text = content["text"]
        if len(text) > left:
            content["text"] = text[: max(left, 0)]
        self._admits_text(len(text))
        return bool(content["text"])

    def _admits_text(self, size: int) -> bool:
        self._text += size
        self._total += min(size, self._limits.cell_text_bytes) + _OVERHEAD
        if self._text > self._limits.cell_text_bytes:
            self.cut = self.cut or f"more than {self._limits.cell_text_bytes >> 10} KiB of text"
        return self._within_total() and not self.cut

    def _admits_display(self, data: dict[str, Any], overhead: int) -> bool:
        pictures = {kind: value for kind, value in data.items() if kind.startswith("image/")}
        text = sum(_size(value) for kind, value in data.items() if kind not in pictures)
        admitted = self._admits_text(text + overhead)
        if pictures:
            size = sum(map(_size, pictures.values()))
            self._pictures += 1
            self._picture_bytes += size
            self._total += size
        if self._pictures > self._limits.cell_pictures:
            self.cut = self.cut or f"more than {self._limits.cell_pictures} pictures"
        if self._picture_bytes > self._limits.cell_picture_bytes:
            self.cut = self.cut or f"more than {self._limits.cell_picture_bytes >> 20} MiB pictures"
        return admitted and self._within_total() and not self.cut

    def _within_total(self) -> bool:
        if self._total > self._limits.total_output_bytes:
            self.cut = self.cut or "the notebook as a whole shows too much"
        return self._total <= self._limits.total_output_bytes
