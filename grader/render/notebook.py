"""A notebook as it stands in a report: its cells, inert whatever they hold, with what was found.

nbconvert renders Markdown and colours code; HTML of a hand-in is shown as the text that it is.
"""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from PIL import Image

from grader.core.report import CellRecord, EvidenceRecord, NotebookRecord
from grader.core.text import visible
from grader.render.mathml import formula

# Bounds of what one report shows: characters of a source or an output, bytes of all pictures.
_MAX_SOURCE = 40_000
_MAX_TEXT = 20_000
_MAX_SUMMARY = 300
_MAX_PICTURES = 3 << 20
# Characters of a whole notebook: of sources, of outputs, and of formulas, which are slow.
_ROOM = {"source": 300_000, "text": 1_000_000, "formula": 20_000}
_NO_ROOM = "[left out here: the report would be too large]"
# Each is looked for to the end of the text, however many there are.
_MAX_BEGINS = 100
# A figure of 30 by 20 inches at 200 dots an inch has 24 million.
_MAX_PIXELS = 25_000_000
_SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


@dataclass(frozen=True)
class ShownOutput:
    """A piece of output: `text`, or a picture as a data URI; `stderr` for warnings and errors.

    `summary` is an exception in a line, which `text` leads to.
    """

    text: str = ""
    picture: str = ""
    stderr: bool = False
    summary: str = ""


@dataclass(frozen=True)
class ShownCell:
    """A cell, ready for a page."""

    kind: str
    body: Markup
    count: str
    record: CellRecord
    evidence: list[EvidenceRecord] = field(default_factory=list)
    outputs: list[ShownOutput] = field(default_factory=list)


def shown_cells(record: NotebookRecord) -> list[ShownCell]:
    """Return the cells of a notebook as a page shows them."""
    room = _Room()
    records = {cell.index: cell for cell in record.cells}
    shown = []
    for index, cell in enumerate(record.document.get("cells", [])):
        known = records.get(index, CellRecord(index))
        shown.append(
            ShownCell(
                kind=cell.get("cell_type", "raw"),
                body=_body(cell, room),
                count=str(cell.get("execution_count") or " "),
                record=known,
                evidence=[each for each in record.evidence if each.cell in known.template],
                outputs=list(_outputs(cell.get("outputs", []), room, known.notes)),
            )
        )
    return shown


def prose(source: str) -> Markup:
    """Return Markdown that a stranger wrote as HTML of known elements alone."""
    return _body({"cell_type": "markdown", "source": source}, _Room())


class _Room:
    """Admits pictures and text until there is too much of them for one page."""

    def __init__(self) -> None:
        self._left = _MAX_PICTURES
        self._room = dict(_ROOM)

    def has(self, kind: str, text: str) -> bool:
        """Say whether a text still fits, and take its room if so."""
        fits = len(text) <= self._room[kind]
        self._room[kind] -= len(text) if fits else 0
        return fits

    def text(self, text: object) -> str:
        """Return an output as it is shown."""
        shown = _text(text)
        return shown if self.has("text", shown) else _NO_ROOM

    def admit(self, data: dict[str, Any]) -> ShownOutput | None:
        for kind, signature in _SIGNATURES.items():
            if kind in data:
                return self._shown(kind, signature, str(data[kind]))
        return None

    def _shown(self, kind: str, signature: bytes, encoded: str) -> ShownOutput:
        try:
            content = base64.b64decode(encoded, validate=False)
        except (binascii.Error, ValueError):
            content = b""
        pixels = _pixels(content) if content.startswith(signature) else 0
        if not pixels:
            return ShownOutput("[a picture that cannot be read]")
        if pixels > _MAX_PIXELS:
            return ShownOutput("[a picture that is left out: it has too many pixels]")
        if len(content) > self._left:
            return ShownOutput("[a picture that is left out: the report would be too large]")
        self._left -= len(content)
        return ShownOutput(picture=f"data:{kind};base64,{base64.b64encode(content).decode()}")


def _pixels(content: bytes) -> int:
    """Return the pixels of a picture, which take a reader's memory; 0 where it is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content)) as picture:  # its head alone is read
                return int(picture.width * picture.height)
        except Image.DecompressionBombError:
            return _MAX_PIXELS + 1
        except (OSError, ValueError, SyntaxError):
            return 0


class _Renderer(IPythonRenderer):
    """Markdown as HTML of known elements alone, formulas as MathML, no picture from elsewhere."""

    def __init__(self, cell: dict[str, Any], room: _Room) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
        self._attached = cell.get("attachments", {})
        self._room = room

    def block_math(self, body: str) -> str:
        return self._formula(body, block=True)

    def multiline_math(self, body: str) -> str:
        return self._formula(body, block=True)

    def inline_math(self, body: str) -> str:
        return self._formula(body, block=False)

    def _formula(self, body: str, *, block: bool) -> str:
        if not self._room.has("formula", body):
            return str(Markup("<code>{}</code>").format(body))
        return str(formula(body, block=block))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        del title
        name = url.removeprefix("attachment:")
        found = self._room.admit(self._attached.get(name, {})) if name != url else None
        if found is None or not found.picture:
            return str(Markup("<i>[picture: {}]</i>").format(text or url))
        return str(Markup('<img alt="{}" src="{}">').format(text, found.picture))


def _body(cell: dict[str, Any], room: _Room) -> Markup:
    source = visible(str(cell.get("source", "")), _MAX_SOURCE, lines=True)
    if not room.has("source", source):
        return Markup("<pre>{}</pre>").format(_NO_ROOM)
    if cell.get("cell_type") == "code":
        coloured = Highlight2HTML(pygments_lexer="python3")(source)
        return Markup(coloured)  # noqa: S704 - Pygments escapes what it colours
    if cell.get("cell_type") == "markdown" and source.count("\\begin{") <= _MAX_BEGINS:
        html = MarkdownWithMath(renderer=_Renderer(cell, room)).render(source)
        return Markup(html)  # noqa: S704 - rendered with HTML escaped
    return Markup("<pre>{}</pre>").format(source)


def _outputs(outputs: list[dict[str, Any]], room: _Room, notes: list[str]) -> Iterator[ShownOutput]:
    """Yield what a cell shows, but for what its notes, which stand below it, say again."""
    for output in outputs:
        kind, data = output.get("output_type"), output.get("data", {})
        if kind == "stream":
            stderr = output.get("name") == "stderr"
            text = _without(notes, room.text(output.get("text", "")))
            if text or not stderr:
                yield ShownOutput(text, stderr=stderr)
        elif kind == "error":
            yield _exception(output, room)
        elif (picture := room.admit(data)) is not None:
            yield picture
        elif "text/plain" in data:
            yield ShownOutput(room.text(data["text/plain"]))


def _exception(output: dict[str, Any], room: _Room) -> ShownOutput:
    """Return an exception; its last line is the summary, and not said again below it."""
    name, lines = output.get("ename", ""), list(output.get("traceback", []))
    said = f"{name}: {output.get('evalue', '')}".rstrip(": ")
    if lines and _text(lines[-1]).strip() == said:
        lines.pop()
    return ShownOutput(
        room.text("\n".join(lines)), stderr=True, summary=visible(said, _MAX_SUMMARY)
    )


def _without(notes: list[str], text: str) -> str:
    for note in notes:
        text = text.replace(f"[grader: {note}]\n", "").replace(f"[grader: {note}]", "")
    return text


def _text(text: object) -> str:
    joined = "".join(text) if isinstance(text, list) else str(text)
    return visible(strip_ansi(joined), _MAX_TEXT, lines=True)
