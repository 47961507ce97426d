"""Make an SVG of matplotlib fit into a page: no styles, no stray ids, colours of the page."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET

# Whatever is drawn in this colour takes the text colour of the page, light or dark.
INK = "#010203"

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_LINK = re.compile(r"#(.+)")
_URL = re.compile(r"url\(#([^)]+)\)")
_FONT = re.compile(r"(\d[\d.]*)px")


def embed(svg: bytes, label: str) -> str:
    """Return the SVG as an element for HTML, an image called `label` for screen readers.

    Styles become attributes, so that the page's Content-Security-Policy can refuse inline styles;
    ids get a prefix that follows from the contents, so that many SVGs can share a page.
    """
    root = ET.fromstring(svg)  # noqa: S314 - matplotlib wrote it a moment ago
    _drop_surplus(root)
    for element in root.iter():
        _style_to_attributes(element)
    _rename_ids(root, f"p{hashlib.sha256(svg).hexdigest()[:10]}-")
    *_, width, height = root.attrib["viewBox"].split()
    box = root.attrib["viewBox"]
    root.attrib.clear()
    root.attrib.update(
        {"class": "picture", "role": "img", "aria-label": label, "viewBox": box}
        | {"width": width, "height": height}
    )
    return _serialise(root)


def _drop_surplus(root: ET.Element) -> None:
    for parent in root.iter():
        for child in list(parent):
            if child.tag in (f"{_SVG}style", f"{_SVG}metadata"):
                parent.remove(child)


def _style_to_attributes(element: ET.Element) -> None:
    for declaration in element.attrib.pop("style", "").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name in ("font", "font-size"):
            size = _FONT.search(value)
            element.attrib["font-size"] = size[1] if size else "12"
        elif name and name != "font-family":
            element.attrib[name] = value
    for name, value in element.attrib.items():
        if value == INK:
            element.attrib[name] = "currentColor"


def _rename_ids(root: ET.Element, prefix: str) -> None:
    for element in root.iter():
        if _HREF in element.attrib:
            element.attrib["href"] = element.attrib.pop(_HREF)
    used = {
        match[1]
        for element in root.iter()
        for name, value in element.attrib.items()
        if (match := _reference(name, value))
    }
    for element in root.iter():
        if element.attrib.get("id") not in used:
            element.attrib.pop("id", None)
        for name, value in element.attrib.items():
            if name == "id":
                element.attrib[name] = prefix + value
            elif match := _reference(name, value):
                element.attrib[name] = value.replace(f"#{match[1]}", f"#{prefix}{match[1]}")


def _reference(name: str, value: str) -> re.Match[str] | None:
    """Return the match of an id that an attribute points at; a colour is none."""
    return _LINK.match(value) if name == "href" else _URL.match(value)


def _serialise(root: ET.Element) -> str:
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        # Line breaks inside path data and base64 say nothing.
        element.attrib.update({name: " ".join(v.split()) for name, v in element.attrib.items()})
        element.tail = None
        if element.text is not None and not element.text.strip():
            element.text = None
    text = ET.tostring(root, encoding="unicode")
    return text.replace("base64, ", "base64,")
