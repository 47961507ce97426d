"""Find an assignment by its slug or its path, and read its three folders."""

from __future__ import annotations

import dataclasses
import difflib
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from grader.core.assignment import Assignment
from grader.core.errors import ConfigurationError, UsageError

_PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Folders:
    """Where the parts of an assignment lie."""

    reference: Path
    template: Path
    suite: Path

    @property
    def solution(self) -> Path:
        """The reference solution; for instructors alone."""
        return self.reference / "solution"


@dataclass(frozen=True)
class Entry:
    """An assignment and its folders."""

    assignment: Assignment
    folders: Folders

    def supplied_files(self) -> dict[str, bytes]:
        """Return the contents of the given files and of the drivers."""
        template, drivers = self.folders.template, self.folders.reference / "drivers"
        given = {path: self._read(template / path) for path in self.assignment.given_files}
        return given | {path: self._read(drivers / path) for path in self.assignment.drivers}

    def template_notebook(self) -> bytes | None:
        """Return the template's notebook, None for an assignment without one."""
        notebook = self.assignment.notebook
        return None if notebook is None else self._read(self.folders.template / notebook.path)

    def notebook_files(self) -> dict[str, bytes]:
        """Return what lies beside the notebook: given files, and data of the template."""
        paths = [*self.assignment.given_files]
        if self.assignment.notebook is not None:
            paths += self.assignment.notebook.files
        return {path: self._read(self.folders.template / path) for path in paths}

    def solution_files(self) -> dict[str, bytes]:
        """Return the source files of the reference solution by path."""
        root = self.folders.solution
        paths = self.sources_in(root)
        missing = [path for path in self.assignment.student_files if path not in paths]
        if missing:
            raise ConfigurationError(f"{root} lacks {', '.join(missing)}")
        return {name: self._read(path) for name, path in paths.items()}

    def truth_files(self) -> dict[str, bytes]:
        """Return what stands for a solution in C in the trusted process, where that is Python.

        That are functions of the same names, in files beside it.
        """
        root = self.folders.reference / "truth"
        return {path.name: self._read(path) for path in sorted(root.glob("*.py"))}

    def sources_in(self, root: Path) -> dict[str, Path]:
        """Return the places of all source files below a folder, by their paths in it."""
        found = (
            path for path in sorted(root.rglob("*")) if path.name.endswith(self.assignment.endings)
        )
        return {path.relative_to(root).as_posix(): path for path in found}

    def hand_in_solution(self, folder: Path) -> Path:
        """Write the reference into a new folder as a student would hand it in; return it.

        That is the solution and, where the assignment has one, the solved and executed notebook.
        """
        shutil.copytree(self.folders.solution, folder, ignore=shutil.ignore_patterns("__pycache__"))
        if self.assignment.notebook is not None:
            shutil.copy(self.folders.reference / self.assignment.notebook.path, folder)
        return folder

    @staticmethod
    def _read(path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None


def _roots() -> list[Path]:
    here = Path.cwd()
    return list(dict.fromkeys([here, *here.parents, _PROJECT]))


def known_slugs() -> list[str]:
    """Return the slugs of all assignments that can be found from here."""
    found = {
        path.parent.name
        for root in _roots()
        for path in (root / "reference").glob("*/assignment.toml")
    }
    return sorted(found)


def _find(slug_or_path: str, *, among_strangers: bool) -> Path:
    path = Path(slug_or_path)
    is_slug = len(path.parts) == 1
    if not (is_slug and among_strangers):
        for candidate in (path, path / "assignment.toml"):
            if candidate.is_file():
                return candidate.resolve()
    if is_slug:
        for root in [_PROJECT] if among_strangers else _roots():
            candidate = root / "reference" / slug_or_path / "assignment.toml"
            if candidate.is_file():
                return candidate
    if is_slug and among_strangers:
        raise UsageError(
            f"no assignment {slug_or_path!r} beside the grader; name its folder, "
            f"as in path/to/reference/{slug_or_path}"
        )
    known = ", ".join(known_slugs()) or "none"
    raise UsageError(f"no assignment {slug_or_path!r}; known here: {known}")


def find_assignment(slug_or_path: str, *, among_strangers: bool = False) -> Entry:
    """Return the assignment with this slug, or in this folder, or of this assignment.toml.

    `among_strangers` is for work in a folder of a student's: an assignment that lies there could be
    theirs, and its checks are run without walls. A slug is then looked up beside the grader alone.

    Raises UsageError where there is none and ConfigurationError where it contradicts itself.
    """
    toml = _find(slug_or_path, among_strangers=among_strangers)
    slug, root = toml.parent.name, toml.parent.parent.parent
    folders = Folders(
        reference=toml.parent,
        template=root / "student_template" / slug,
        suite=root / "tests" / "hidden" / slug,
    )
    try:
        assignment = parse_assignment(toml.read_text(encoding="utf-8"), slug)
    except (ConfigurationError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{toml}: {error}") from None
    return Entry(assignment, folders)


def parse_assignment(text: str, slug: str) -> Assignment:
    """Return the assignment that the text of an assignment.toml describes.

    Raises ConfigurationError, one line that names the place, for anything unknown or missing.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(str(error)) from None
    refuse_unknown(table, Assignment, "")
    try:
        return msgspec.convert({**table, "slug": slug}, Assignment)
    except msgspec.ValidationError as error:
        # Complaints of the dataclasses themselves arrive wrapped as well.
        cause = error.__cause__ if isinstance(error.__cause__, ConfigurationError) else error
        raise ConfigurationError(str(cause)) from None


def refuse_unknown(value: Any, kind: Any, where: str) -> None:
    """Refuse keys that the dataclass `kind` does not have, all the way down."""
    if get_origin(kind) is list and isinstance(value, list):
        for number, item in enumerate(value, 1):
            refuse_unknown(item, get_args(kind)[0], f"{where} number {number}")
    if not dataclasses.is_dataclass(kind) or not isinstance(value, dict):
        return
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name != "slug"}
    for key, item in value.items():
        if key not in hints:
            near = difflib.get_close_matches(key, hints, 1)
            advice = f"; did you mean {near[0]!r}?" if near else ""
            raise ConfigurationError(f"unknown key {key!r}{where and f' in {where}'}{advice}")
        inner = f"[[{key}]]" if isinstance(item, list) else f"[{key}]"
        refuse_unknown(item, hints[key], inner)
