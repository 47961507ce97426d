"""Which files make a hand-in, what stands against it, and what is worth knowing."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePosixPath
from typing import Any

from .notebooks import (
    SHOWN,
    Cell,
    NotebookError,
    code_cells,
    never_run,
    notebook_digest,
    out_of_order,
    read_notebook,
    text_digest,
)

# Larger files are not read by those who grade.
MAX_SOURCE_BYTES, MAX_SOURCES_BYTES, MAX_NOTEBOOK_BYTES = 1 << 20, 8 << 20, 20 << 20
_CLUTTER = {"__MACOSX", "__pycache__", "node_modules", "site-packages"}
_ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")
_IMPORT = re.compile(r"^\s*(?:import|from)\b(.*)", re.MULTILINE)
_INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"\n]+)"', re.MULTILINE)
_RUN_ALL = "choose “Restart kernel and run all cells”"


def locate(name: str, paths: Sequence[str], packages: Sequence[str]) -> list[str]:
    """Return the paths that may be the file `name`: the nearest to the top first."""
    wanted = PurePosixPath(name).parts

    def rank(path: str) -> tuple[int, bool, str]:
        parts = PurePosixPath(path).parts
        return len(parts), not set(parts[: -len(wanted)]) & set(packages), path

    return sorted((p for p in paths if PurePosixPath(p).parts[-len(wanted) :] == wanted), key=rank)


class Packed:
    """The files to hand in, by path; what stands against it, and what is worth knowing.

    `refused` stops the packing, `lacking` too unless an incomplete hand-in was asked for.
    """

    def __init__(self, folder: Path, plan: Mapping[str, Any]) -> None:
        self.files: dict[str, bytes] = {}
        self.kinds: dict[str, str] = {}
        self.beside: dict[str, bytes] = {}
        self.refused: list[str] = []
        self.lacking: list[str] = []
        self.warnings: list[str] = []
        self._paths = _listed(folder)
        self._packages = plan["packages"]
        self._endings = tuple(plan["endings"])
        self._is_python = ".py" in self._endings
        self._cells: list[Cell] = []
        for file in plan["files"]:
            self._take_file(file)
        homes = {str(PurePosixPath(path).parent) for path in self.files}
        self._take_given(plan["given"])
        for name in [*plan["beside"], *plan["self_check"]]:
            if name in self._paths:
                self.beside[name] = self._paths[name].read_bytes()
        if plan["notebook"]:
            self._take_notebook(plan["notebook"])
        names = [name for file in plan["files"] for name in _names(file)]
        copies = self._located(*names, *plan["tools"], *plan["self_check"])
        self._take_modules(homes, {*self.beside, *self.files, *copies})
        if self._cells and self._is_python:  # no notebook shows what C code gives
            self._compare_times(self._located(plan["notebook"]["path"])[0])

    def _located(self, *names: str) -> list[str]:
        paths = list(self._paths)
        found = [path for name in names for path in locate(name, paths, self._packages)]
        return list(dict.fromkeys(found))

    def _take(self, path: str, kind: str, most: int = MAX_SOURCE_BYTES) -> bytes:
        content = self.files[path] = self._paths[path].read_bytes()
        self.kinds[path] = kind
        if len(content) > most:
            self.refused.append(f"{path} is larger than {most >> 20} MB")
        return content

    def _take_file(self, file: Mapping[str, Any]) -> None:
        found = self._located(*_names(file))
        if not found:
            self.lacking.append(f"{file['path']} is missing: it is not in this folder")
            return
        content = self._take(found[0], "")
        if not content.strip():
            self.lacking.append(f"{found[0]} is empty")
        elif text_digest(content) == file["digest"]:
            self.lacking.append(f"{found[0]} is unchanged: it is as it was handed out")
        if found[1:]:
            self.warnings.append(f"{found[0]} is packed, not {', '.join(found[1:])}")

    def _take_given(self, given: Mapping[str, str]) -> None:
        """Take given files that were changed; the others lie beside the self-check alone."""
        for name, digest in given.items():
            for path in self._located(name)[:1]:
                content = self._paths[path].read_bytes()
                if path not in self.files and text_digest(content) != digest:
                    self._take(path, "given, changed by you")
                self.beside[path] = content

    def _take_modules(self, homes: AbstractSet[str], known: AbstractSet[str]) -> None:
        """Take the student's own sources beside the files, and those that these import."""
        own = sorted(
            path for path in self._paths if path.endswith(self._endings) and path not in known
        )
        kind = "a module of your own" if self._is_python else "a file of your own"
        size, found = 0, own
        while found:
            words = self._imported()
            found = [path for path in own if _is_imported(path, homes, words)]
            for path in found:
                own.remove(path)
                size += len(self._take(path, kind))
                if size > MAX_SOURCES_BYTES:
                    what = "modules" if self._is_python else "own files"
                    self.refused.append(f"your {what} exceed {MAX_SOURCES_BYTES >> 20} MB in all")
                    return
        if own:
            listed = ", ".join(own[:SHOWN]) + (", …" if own[SHOWN:] else "")
            verb = "imports" if self._is_python else "includes"
            self.warnings.append(f"not packed, for nothing packed {verb} it: {listed}")

    def _imported(self) -> set[str]:
        """Return all words of the import statements, or includes, in what is taken."""
        codes = [self.files[path] for path in self.files if path.endswith(self._endings)]
        texts = [code.decode("utf-8", "replace") for code in codes]
        if self._is_python:
            texts += [cell.source for cell in self._cells]
        named = _IMPORT if self._is_python else _INCLUDE
        return {word for text in texts for line in named.findall(text) for word in _words(line)}

    def _take_notebook(self, wanted: Mapping[str, str]) -> None:
        found = self._located(wanted["path"])
        if not found:
            self.lacking.append(f"{wanted['path']} is missing: it is not in this folder")
            return
        path = found[0]
        content = self._take(path, "", MAX_NOTEBOOK_BYTES)
        try:
            notebook = read_notebook(content)
        except NotebookError as error:
            self.refused.append(f"{path} cannot be read: {error}")
            return
        if notebook_digest(notebook) == wanted["digest"]:
            self.lacking.append(f"{path} is unchanged: it is as it was handed out")
            return
        cells = self._cells = code_cells(notebook)
        for problem in filter(None, (never_run(cells), out_of_order(cells))):
            self.warnings.append(f"{path} {problem}: {_RUN_ALL}, and save it")

    def _compare_times(self, path: str) -> None:
        """Warn of a notebook that is older than code."""
        saved = self._paths[path].stat().st_mtime
        newer = [p for p in self.files if p != path and self._paths[p].stat().st_mtime > saved + 1]
        if newer:
            why = f"{', '.join(sorted(newer))} changed after it was saved"
            self.warnings.append(f"{path} shows what older code gave ({why}): {_RUN_ALL}")


def _names(file: Mapping[str, Any]) -> list[str]:
    return [file["path"], *file["also"]]


def _words(line: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", line))


def _is_imported(path: str, homes: AbstractSet[str], words: AbstractSet[str]) -> bool:
    """Return whether a module lies beside the files, or what leads to it is imported."""
    place = PurePosixPath(path)
    if str(place.parent) in homes:
        return True
    above = next((each for each in place.parents if str(each) in homes), PurePosixPath())
    folders = place.parent.relative_to(above).parts
    return words >= set(folders or [place.stem])


def _listed(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by their paths in it, those of tools and environments not."""
    found = {}
    for base, folders, names in os.walk(folder):
        tidy = [name for name in folders if not name.startswith(".") and name not in _CLUTTER]
        folders[:] = [
            name
            for name in tidy
            if not any(Path(base, name, mark).exists() for mark in _ENVIRONMENTS)
        ]
        for path in (Path(base, name) for name in names if not name.startswith(".")):
            inside = path.relative_to(folder).as_posix()
            found[unicodedata.normalize("NFC", inside)] = path
    return found
