"""A known mistake: a small change to the solution, its name, and what it must cost."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.core.errors import ConfigurationError

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Edit:
    """A change to one file of the solution: `old` becomes `new`.

    `old` stands exactly once, in the function (or class, or `Class.method`) named `inside` if that
    is given, in the whole file if not.
    """

    path: str
    old: str
    new: str
    inside: str = ""


@dataclass(frozen=True)
class Misconception:
    """A mistake that students make.

    Parameters
    ----------
    id
        Lower-case words with hyphens.
    title
        What is wrong, in words a student would use: "momentum and 1 - momentum are swapped".
    equation
        What it breaks: paper and equation.
    hint
        Leads to the mistake without giving the answer away.
    costs
        Criteria that must not earn everything because of it.
    edits
        What turns the solution into a hand-in with this mistake.
    may_cost
        Criteria that may lose points because something else of the hand-in rests on the mistake.
    with_it
        Ids of mistakes that occur together with this one.

    """

    id: str
    title: str
    equation: str
    hint: str
    costs: tuple[str, ...]
    edits: tuple[Edit, ...]
    may_cost: tuple[str, ...] = ()
    with_it: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ConfigurationError(f"misconception {self.id!r}: use lower-case words and hyphens")
        for name in ("title", "equation", "hint", "costs", "edits"):
            if not getattr(self, name):
                raise ConfigurationError(f"misconception {self.id!r} has no {name}")


@dataclass(frozen=True)
class InVariant:
    """A known mistake as somebody makes it who writes like one of the correct variants."""

    variant: str
    mistake: str
    edits: tuple[Edit, ...]


def apply_edits(sources: Mapping[str, str], mistakes: Sequence[Misconception]) -> dict[str, str]:
    """Return the solution's sources by path with these mistakes in them.

    Raises ConfigurationError where an edit does not find its place, or two want the same one.
    """
    changed = dict(sources)
    for mistake in mistakes:
        changed = edited(changed, mistake.edits, mistake.id)
    return changed


def edited(sources: Mapping[str, str], edits: Sequence[Edit], mistake: str) -> dict[str, str]:
    """Return sources by path with the edits of a mistake in them.

    Raises ConfigurationError where an edit does not find its place, or the file no longer parses.
    """
    changed = dict(sources)
    for edit in edits:
        if edit.path not in changed:
            raise ConfigurationError(f"misconception {mistake!r}: no file {edit.path!r}")
        text = changed[edit.path]
        start, end = _extent(text, edit, mistake)
        part = text[start:end]
        if part.count(edit.old) != 1:
            place = f"{edit.inside} of {edit.path}" if edit.inside else edit.path
            raise ConfigurationError(
                f"misconception {mistake!r}: {edit.old!r} stands {part.count(edit.old)} "
                f"times in {place}, not once"
            )
        changed[edit.path] = text[:start] + part.replace(edit.old, edit.new) + text[end:]
    return changed


def _extent(source: str, edit: Edit, mistake: str) -> tuple[int, int]:
    """Return where in a source an edit applies, as character offsets."""
    if not edit.inside:
        return 0, len(source)
    try:
        found = (_defined if edit.path.endswith(".py") else _defined_in_c)(source).get(
            edit.inside, []
        )
    except SyntaxError as error:
        raise ConfigurationError(
            f"misconception {mistake!r}: {edit.path} does not parse where it is to be changed"
        ) from error
    if len(found) != 1:
        raise ConfigurationError(f"misconception {mistake!r}: no one function {edit.inside!r}")
    first, last = found[0]
    lines = source.splitlines(keepends=True)
    return len("".join(lines[: first - 1])), len("".join(lines[:last]))


@functools.lru_cache(64)  # most edits change the solution as it is, and parsing takes a while
def _defined(source: str) -> dict[str, list[tuple[int, int]]]:
    """Return first and last line of all functions and classes by name, "Net.loss" for a method."""
    found: dict[str, list[tuple[int, int]]] = {}

    def walk(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
                name = prefix + child.name
                last = child.end_lineno or child.lineno
                found.setdefault(name, []).append((child.lineno, last))
                walk(child, f"{name}.")

    walk(ast.parse(source), "")
    return found


# A function in C as everybody lays it out: a line that begins with its type, and a bracket at the
# beginning of another.
_IN_C = re.compile(r"^\w[^\n;=]*?\b(\w+)\([^;]*?\)\s*\{.*?^\}", re.MULTILINE | re.DOTALL)


@functools.lru_cache(64)
def _defined_in_c(source: str) -> dict[str, list[tuple[int, int]]]:
    """Return first and last line of all functions by name."""
    found: dict[str, list[tuple[int, int]]] = {}
    for each in _IN_C.finditer(source):
        first, last = (source.count("\n", 0, place) + 1 for place in each.span())
        found.setdefault(each[1], []).append((first, last))
    return found
