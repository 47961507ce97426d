"""What a compiler says of a hand-in, in words for the student."""

from __future__ import annotations

import re
from collections.abc import Collection

from grader.core.c_language import CLanguage
from grader.core.outcome import Outcome
from grader.core.text import visible
from grader.sandbox.build import Built
from grader.sandbox.fault import Fault

_DIAGNOSTIC = re.compile(
    r"^([^\s:][^:\n]*):(\d+):\d+: (fatal error|error|warning): (.{1,400})$", re.MULTILINE
)
_MOST_ERRORS = 3
_MOST_WARNINGS = 5


def build_fault(built: Built, paths: Collection[str], language: CLanguage, how: str = "") -> Fault:
    """Say why a hand-in did not build, by the compiler's first errors in its own files."""
    if built.status is None:
        what = f"the compiler was stopped after {language.build_seconds:g} s{how}"
        return Fault(Outcome.BUILD_FAILED, what, hint="Look for macros and headers without end.")
    said = built.said.decode("utf-8", "replace")
    found = [each for each in _DIAGNOSTIC.finditer(said) if each[3] != "warning"]
    told = [f"line {each[2]} of {_path(each)}: {each[4]}" for each in found]
    if not told:
        told = [line for line in said.splitlines() if "error" in line or "fatal" in line]
    own = [each for each in found if _path(each) in paths]
    return Fault(
        Outcome.BUILD_FAILED,
        f"it does not compile{how}",
        actual=visible("; ".join(dict.fromkeys(told[:_MOST_ERRORS])), 600)
        or "the compiler gave up",
        where=visible(f"line {own[0][2]} of {_path(own[0])}", 200) if own else "",
        hint="Compile it yourself, and begin with the first error.",
    )


def warnings(built: Built, paths: Collection[str]) -> list[str]:
    """Return what the compiler warns of in files of the hand-in."""
    said = built.said.decode("utf-8", "replace")
    found = {
        f"{_path(each)}, line {each[2]}: the compiler warns: {each[4]}": None
        for each in _DIAGNOSTIC.finditer(said)
        if each[3] == "warning" and _path(each) in paths
    }
    notes = [visible(text, 300) for text in found]
    more = len(notes) - _MOST_WARNINGS
    return notes[:_MOST_WARNINGS] + ([f"the compiler warns {more} times more"] if more > 0 else [])


def _path(diagnostic: re.Match[str]) -> str:
    return diagnostic[1].removeprefix("./")
