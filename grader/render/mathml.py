"""Formulas as MathML, which browsers draw without a script or the network."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from latex2mathml.converter import convert
from markupsafe import Markup

_MAX_FORMULA = 4_000
_SPACE = "{http://www.w3.org/1998/Math/MathML}"
_ELEMENTS = frozenset(
    """
    math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom menclose merror
    msub msup msubsup munder mover munderover mmultiscripts mprescripts mtable mtr mtd none
    """.split()
)
_ATTRIBUTES = frozenset(
    """
    display mathvariant stretchy fence separator form lspace rspace minsize maxsize linethickness
    displaystyle scriptlevel columnalign rowspacing columnspacing columnlines rowlines accent
    accentunder width height depth movablelimits notation largeop symmetric
    """.split()
)


def formula(tex: str, *, block: bool) -> Markup:
    """Return a TeX formula as MathML, or as its source where it is none that we know.

    The converter passes some text through as it stands, so its result is parsed and admitted only
    if it consists of MathML's own elements.
    """
    source = Markup("<code>{}</code>").format(tex[:_MAX_FORMULA])
    if len(tex) > _MAX_FORMULA:
        return source
    try:
        made = convert(tex, display="block" if block else "inline")
        root = ET.fromstring(made)  # noqa: S314 - made here; what is odd in it is refused
        ET.register_namespace("", _SPACE[1:-1])
        drawn = ET.tostring(root, encoding="unicode")
    except Exception:  # noqa: BLE001 - the converter raises whatever a stranger's formula leads to
        return source
    if not all(map(_is_plain, root.iter())):
        return source
    return Markup(drawn)  # noqa: S704 - checked above


def _is_plain(element: ET.Element) -> bool:
    name = str(element.tag).removeprefix(_SPACE)
    return name in _ELEMENTS and element.attrib.keys() <= _ATTRIBUTES
