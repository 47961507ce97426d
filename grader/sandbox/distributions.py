"""Find the files of installed distributions and of everything they require."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from grader.core.errors import ConfigurationError

_NO_IMPORT = {"..", "__pycache__"}


def _named(module: str, known: Mapping[str, list[str]]) -> list[str]:
    """Return the distributions that a module comes from; a distribution's own name will do."""
    return known.get(module) or [module]


def _required(distribution: metadata.Distribution) -> list[str]:
    needed = map(Requirement, distribution.requires or [])
    return [
        need.name for need in needed if need.marker is None or need.marker.evaluate({"extra": ""})
    ]


def _canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _entries(distribution: metadata.Distribution, name: str) -> set[Path]:
    """Return the files and folders at the top of site-packages that belong to a distribution."""
    root = Path(str(distribution.locate_file(""))).resolve()
    tops = {file.parts[0] for file in distribution.files or []} - _NO_IMPORT
    if not tops:  # packages of a Linux distribution come without a list of files
        modules = (distribution.read_text("top_level.txt") or name.replace("-", "_")).split()
        tops = {file for module in modules for file in (module, f"{module}.py")}
    return {root / top for top in tops}


@functools.lru_cache(maxsize=8)
def find_closure(
    required: tuple[str, ...], modules: tuple[str, ...] = (), without: frozenset[str] = frozenset()
) -> tuple[Path, ...]:
    """Return the top-level files and folders of distributions and of all they require.

    `required` are distributions; `modules` are importable names, as an assignment lists them;
    `without` are left out, even where something requires them. Requirements that are not
    installed are left out as well, requirements of the caller are not: ConfigurationError.
    """
    known = metadata.packages_distributions() if modules else {}
    wanted = [*required, *(name for module in modules for name in _named(module, known))]
    todo = list(wanted)
    seen = {_canonical(name) for name in without}
    found: set[Path] = set()
    while todo:
        name = todo.pop()
        if _canonical(name) in seen:
            continue
        seen.add(_canonical(name))
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            if name in wanted:
                raise ConfigurationError(f"{name!r} is not installed beside the grader") from None
            continue
        found |= _entries(distribution, name)
        todo += _required(distribution)
    return tuple(sorted(path for path in found if path.exists() and path.suffix != ".pth"))
