"""What goes into the student's bundle: an allow-list made from assignment.toml, nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from grader import bundle
from grader.bundle.collating.archives import PLAN
from grader.bundle.collating.command import FORMAT
from grader.bundle.collating.notebooks import (
    NotebookError,
    notebook_digest,
    read_notebook,
    text_digest,
)
from grader.catalog import Entry
from grader.core.errors import ConfigurationError

_BUNDLE = Path(bundle.__file__).parent
# What explains or licenses the files beside it may go with them.
_PAPERS = re.compile(r"(README|LICEN[CS]E|COPYING|NOTICE)([-_.].*)?", re.IGNORECASE)
_SELF_CHECK, _PUBLIC_CHECKS, _WORKFLOWS = "selfcheck.py", "public_checks", ".github/workflows"
_MAKEFILE = "Makefile"


@dataclass(frozen=True)
class Item:
    """A file of the bundle and what it is there for."""

    path: str
    content: bytes
    purpose: str


def bundle_of(entry: Entry) -> list[Item]:
    """Return everything that goes out, ordered by path.

    Raises ConfigurationError where the template lacks a file of the assignment, or holds one that
    is not on the list.
    """
    there = sorted(_files(entry.folders.template))
    listed = _listed(entry, there)
    missing = [path for path in listed if path not in there]
    if missing:
        raise ConfigurationError(
            f"{entry.folders.template} lacks {', '.join(missing)}, which assignment.toml lists"
        )
    _refuse_others(entry, [path for path in there if path not in listed])
    found = [Item(path, _read(entry.folders.template / path), why) for path, why in listed.items()]
    self_check = [path for path in listed if _is_self_check(entry, path)]
    found += _generated(entry, self_check)
    if self_check:
        found += _workflows()
    return sorted(found, key=lambda item: item.path)


def _files(template: Path) -> Iterator[str]:
    if not template.is_dir():
        raise ConfigurationError(f"{template} does not exist: there is nothing to release")
    for path in template.rglob("*"):
        inside = path.relative_to(template)
        ignored = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
        if not path.is_dir() and not ignored:
            yield inside.as_posix()


def _listed(entry: Entry, there: Iterable[str]) -> dict[str, str]:
    """Return the paths that may go out, and what for; those of assignment.toml must be there."""
    assignment = entry.assignment
    listed = dict.fromkeys(assignment.student_files, "to be written")
    listed |= dict.fromkeys(assignment.given_files, "given")
    if assignment.notebook is not None:
        listed[assignment.notebook.path] = "notebook"
        listed |= dict.fromkeys(assignment.notebook.files, "for the notebook")
    folders = {PurePosixPath(path).parent for path in [*listed, "README.md"]}
    for path in there:
        place = PurePosixPath(path)
        if place.parent in folders and _PAPERS.fullmatch(place.name):
            listed.setdefault(path, "to be read")
        if _is_self_check(entry, path):
            listed[path] = "tool"
        if path == _MAKEFILE and assignment.c is not None:
            listed.setdefault(path, "to build with")
    return listed


def _is_self_check(entry: Entry, path: str) -> bool:
    """Say whether a file is the self-check, or one of the sources that it is made of."""
    endings = (".py", *entry.assignment.endings)
    return path == _SELF_CHECK or (path.startswith(f"{_PUBLIC_CHECKS}/") and path.endswith(endings))


def _refuse_others(entry: Entry, others: list[str]) -> None:
    """Refuse files by name: what nobody listed is neither shipped nor dropped."""
    ours = [path for path in others if path in {*_packers(), PLAN}]
    if ours:
        raise ConfigurationError(
            f"{entry.folders.template / ours[0]} is made by the release; remove it"
        )
    if others:
        raise ConfigurationError(
            f"not on the list of what students get: {', '.join(others)} "
            f"(in {entry.folders.template}); list it in assignment.toml, as a given file or in "
            "[notebook] files, or remove it"
        )


def _generated(entry: Entry, self_check: list[str]) -> Iterator[Item]:
    """Yield the tool that packs, and the plan of the hand-in."""
    for path in _packers():
        yield Item(path, _read(_BUNDLE / path), "tool")
    plan = json.dumps(plan_of(entry, self_check), indent=2, ensure_ascii=False) + "\n"
    yield Item(PLAN, plan.encode(), "for collate.py")


def _packers() -> list[str]:
    """Return the files of collate.py by their paths in the bundle."""
    inner = sorted((_BUNDLE / "collating").glob("*.py"))
    return ["collate.py", *(f"collating/{path.name}" for path in inner)]


def _workflows() -> Iterator[Item]:
    """Yield what has the self-check run on each push."""
    for path in sorted((_BUNDLE / "workflows").glob("*.y*ml")):
        yield Item(f"{_WORKFLOWS}/{path.name}", _read(path), "CI")


def plan_of(entry: Entry, self_check: list[str]) -> dict[str, Any]:
    """Return what collate.py has to know: which files to pack, the template's digests, and tools.

    Raises ConfigurationError for a template's notebook that is none.
    """
    assignment, template = entry.assignment, entry.folders.template
    notebook = assignment.notebook
    return {
        "format": FORMAT,
        "slug": assignment.slug,
        "title": assignment.title,
        "archive": assignment.archive,
        "endings": list(assignment.endings),
        "packages": assignment.imports.packages,
        "files": [
            {
                "path": file.path,
                "also": file.also,
                "digest": text_digest(_read(template / file.path)),
            }
            for file in assignment.files
            if file.role == "student"
        ],
        "given": {path: text_digest(_read(template / path)) for path in assignment.given_files},
        "notebook": None
        if notebook is None
        else {"path": notebook.path, "digest": _notebook_digest(template / notebook.path)},
        "beside": [] if notebook is None else notebook.files,
        "self_check": self_check,
        "tools": _packers(),
    }


def _notebook_digest(path: Path) -> str:
    try:
        return notebook_digest(read_notebook(_read(path)))
    except NotebookError as error:
        raise ConfigurationError(f"{path}: {error}") from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
