"""The autograder that Gradescope runs: a zip with the grader, one assignment and two scripts."""

from __future__ import annotations

import os
import shlex
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.catalog import Entry
from grader.core.errors import UsageError
from grader.render.gradescope import failed_json

_PACKAGE = Path(__file__).resolve().parent.parent
_SCRIPTS = Path(__file__).resolve().parent / "gradescope"
# Left behind by Python, editors and tools.
_CLUTTER = frozenset({"__pycache__", ".ipynb_checkpoints", ".mypy_cache", ".ruff_cache"})
_FAILED = (
    "The autograder failed, which is no fault of yours and costs you nothing. "
    "Staff have been told and will grade your work again."
)
_EPOCH = (2020, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Settings:
    """How the autograder is to grade: see the options of `grader ci`."""

    execute: str = "always"
    visibility: Sequence[str] = ()

    def options(self) -> str:
        """Return them as a shell reads them."""
        words = ["--execute", self.execute]
        for wish in self.visibility:
            words += ["--visibility", wish]
        return shlex.join(words)


def package_gradescope(entry: Entry, out: Path, settings: Settings) -> None:
    """Write the autograder of an assignment; the same one gives the same bytes.

    Raises UsageError where the grader's own project is not at hand or `out` cannot be written.
    """
    project = _PACKAGE.parent
    if not (project / "pyproject.toml").is_file():
        raise UsageError("the grader's project is not here; run this in a checkout of it")
    if out.exists():
        raise UsageError(f"{out} exists already; remove it, or name another --out")
    if not out.absolute().parent.is_dir():
        raise UsageError(f"{out} cannot be made: there is no folder {out.absolute().parent}")
    slug = entry.assignment.slug
    run = (_SCRIPTS / "run_autograder").read_text(encoding="utf-8")
    run = run.replace("@SLUG@", slug).replace("@OPTIONS@", settings.options())
    texts = {
        "setup.sh": (_SCRIPTS / "setup.sh").read_text(encoding="utf-8"),
        "run_autograder": run,
        "failed.json": failed_json(_FAILED),
    }
    folders = {
        "grader": _PACKAGE,
        f"reference/{slug}": entry.folders.reference,
        f"student_template/{slug}": entry.folders.template,
        f"tests/hidden/{slug}": entry.folders.suite,
    }
    files = {name: text.encode() for name, text in texts.items()}
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        files[name] = (project / name).read_bytes()
    for place, folder in folders.items():
        for path in _files_below(folder):
            files[f"{place}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    _write_zip(out, files)


def _files_below(folder: Path) -> Iterator[Path]:
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _CLUTTER)
        for name in sorted(names):
            if not name.endswith(".pyc") and not (Path(base) / name).is_symlink():
                yield Path(base) / name


def _write_zip(out: Path, files: dict[str, bytes]) -> None:
    # Readable by its owner alone, as it is made: it holds what no student may see.
    handle, name = tempfile.mkstemp(dir=out.absolute().parent, prefix=".partial-")
    try:
        with os.fdopen(handle, "wb") as stream, zipfile.ZipFile(stream, "w") as archive:
            for path in sorted(files):
                entry = zipfile.ZipInfo(path, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                runs = path in {"setup.sh", "run_autograder"}
                entry.create_system = 3  # Unix, whose permissions follow
                entry.external_attr = (0o100755 if runs else 0o100644) << 16
                archive.writestr(entry, files[path])
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink()
        raise
