"""The files beside a notebook while it runs: the hand-in's own, and given ones it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from grader.notebook.document import Document


def beside(
    place: str,
    sources: Mapping[str, bytes],
    given: Mapping[str, bytes],
    packages: Iterable[str],
    document: Document,
) -> dict[str, bytes]:
    """Return the kernel's working folder, relative path -> content.

    `place` is the notebook's path in the hand-in: its folder becomes the working folder. `given`
    lie beside the hand-in's own files; where the notebook imports from a package of the course that
    was handed in without its folder, the files stand in a folder of that name as well.
    """
    root = PurePosixPath(place).parent
    own = {_relative(path, root): content for path, content in sources.items()}
    base = _base(own)
    files = {f"{base}{path}": content for path, content in given.items()} | own
    code = "\n".join(cell.source for cell in document.cells if cell.kind == "code")
    for package in packages:
        imported = re.search(rf"^\s*(?:from|import)\s+{re.escape(package)}\b", code, re.MULTILINE)
        if imported and not any(path.startswith(f"{package}/") for path in files):
            files |= {f"{package}/{_relative(path, base)}": files[path] for path in list(files)}
        if imported:
            files = _packages_below(package, files) | files
    # Data is read from the folder in which the notebook runs.
    return {path: content for path, content in given.items() if path not in files} | files


def _packages_below(root: str, files: Iterable[str]) -> dict[str, bytes]:
    """Return an empty `__init__.py` for each folder of a package.

    Without one, `test` would be the standard library's.
    """
    folders = {
        str(folder)
        for path in files
        if path.startswith(f"{root}/") and path.endswith(".py")
        for folder in PurePosixPath(path).parents
    }
    return {f"{folder}/__init__.py": b"" for folder in folders - {"."}}


def _relative(path: str, root: PurePosixPath | str) -> str:
    inside = PurePosixPath(path)
    return str(inside.relative_to(root)) if inside.is_relative_to(root) else path


def _base(own: Iterable[str]) -> str:
    """Return the folder of the file nearest to the top, with its slash; "" for the top."""
    nearest = min(own, key=lambda path: (path.count("/"), path), default="")
    folder = str(PurePosixPath(nearest).parent)
    return "" if folder == "." else f"{folder}/"
