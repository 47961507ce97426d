"""Find the interpreter, its standard library and the libraries that workers may use."""

from __future__ import annotations

import dataclasses
import functools
import importlib.util
import os
import site
import sys
import sysconfig
from pathlib import Path

from grader import worker
from grader.core.errors import ConfigurationError
from grader.sandbox import kernel_policy
from grader.sandbox.distributions import find_closure
from grader.sandbox.policy import Runtime

_SITE_FOLDERS = ("site-packages", "dist-packages")


def _library_folders(name: str) -> list[Path]:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError(
            f"imports.allowed names {name!r}, which is not installed as a package beside the grader"
        )
    folder = Path(spec.submodule_search_locations[0]).resolve()
    # Wheels keep their shared libraries beside the package.
    return [folder, *folder.parent.glob(f"{name}.libs")]


def _stdlib() -> list[Path]:
    roots = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    found: set[Path] = set()
    for root in roots:
        # The venv's own platstdlib holds nothing but site-packages.
        base = Path(root.replace(sys.prefix, sys.base_prefix, 1)).resolve()
        found |= {entry for entry in base.iterdir() if entry.name not in _SITE_FOLDERS}
    return sorted(found)


def _masked(roots: list[Path], keep_out: list[Path]) -> list[Path]:
    """Return folders below `roots` that hold installed packages or the grader's own files."""
    candidates = {Path(folder) for folder in site.getsitepackages()}
    for root in roots:
        for pattern in ("lib*/python3*/*-packages", "local/lib*/python3*/*-packages"):
            candidates |= set(root.glob(pattern))
    candidates |= set(keep_out)
    return sorted(
        folder
        for folder in {candidate.resolve() for candidate in candidates if candidate.is_dir()}
        if any(folder.is_relative_to(root) for root in roots)
    )


@functools.lru_cache(maxsize=8)
def find_runtime(allowed: tuple[str, ...] = (), keep_out: tuple[Path, ...] = ()) -> Runtime:
    """Return where everything is that a worker needs.

    `allowed` are third-party modules besides NumPy; `keep_out` are folders that no worker may
    see (reference, hidden suite), should they lie below the interpreter's.
    """
    libraries = [folder for name in ("numpy", *allowed) for folder in _library_folders(name)]
    sites = {str(folder.parent) for folder in libraries}
    if len(sites) != 1:
        raise ConfigurationError(f"allowed libraries lie in several folders: {sorted(sites)}")
    base = Path(sys.base_prefix).resolve()
    package = Path(worker.__path__[0]).resolve().parent
    executable = getattr(sys, "_base_executable", "") or sys.executable
    return Runtime(
        executable=str(Path(executable).resolve()),
        roots=(str(base),),
        masked=tuple(map(str, _masked([base, Path("/usr")], [package, *keep_out]))),
        stdlib=tuple(map(str, _stdlib())),
        site=sites.pop(),
        libraries=tuple(map(str, libraries)),
        worker=str(package / "worker"),
    )


def top_level_links() -> dict[str, str]:
    """Return the symbolic links in / that lead below /usr (on systems with a merged /usr)."""
    names = ("/bin", "/sbin", "/lib", "/lib64", "/lib32")
    return {name: os.readlink(name) for name in names if os.path.islink(name)}  # noqa: PTH114,PTH115


def system_libraries() -> tuple[str, ...]:
    """Return the folders of the system's shared libraries, which Python's own modules load."""
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    folders = [f"/usr/lib/{multiarch}", f"/lib/{multiarch}"] if multiarch else []
    folders += ["/usr/lib64", "/lib64"]
    return tuple(folder for folder in folders if Path(folder).is_dir())


@functools.lru_cache(maxsize=8)
def find_kernel_runtime(allowed: tuple[str, ...] = (), keep_out: tuple[Path, ...] = ()) -> Runtime:
    """Return where everything is that a Jupyter kernel needs.

    `allowed` are third-party modules besides NumPy and Matplotlib. Raises ConfigurationError for
    one that is not installed.
    """
    plain = find_runtime((), keep_out)
    entries = find_closure(kernel_policy.REQUIRED, allowed, kernel_policy.WITHOUT)
    sites = dict.fromkeys(str(entry.parent) for entry in entries)
    return dataclasses.replace(
        plain, site=":".join(sites), libraries=tuple(str(entry) for entry in entries)
    )


def hidden_from_others(where: Runtime) -> str:
    """Return a folder on the way to interpreter or libraries that only its owner may enter."""
    paths = [where.executable, *where.stdlib, *where.libraries]
    parents = {parent for path in paths for parent in Path(path).parents}
    return next((str(path) for path in sorted(parents) if not path.stat().st_mode & 0o001), "")
