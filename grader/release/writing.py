"""Write a bundle whole or not at all, as a folder or a zip archive."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from grader.bundle.collating.archives import write_whole, zip_bytes
from grader.core.errors import UsageError
from grader.release.contents import Item

_OTHER_ARCHIVES = {".7z", ".bz2", ".gz", ".rar", ".tar", ".tbz2", ".tgz", ".txz", ".xz", ".zst"}


def is_zip(out: Path) -> bool:
    """Return whether a zip archive is asked for, and not a folder."""
    return out.suffix.lower() == ".zip"


def check_target(out: Path) -> None:
    """Raise UsageError unless a bundle can be written to `out`, a new folder or archive."""
    if out.suffix.lower() in _OTHER_ARCHIVES:
        raise UsageError(f"{out}: a bundle is a folder or a .zip; name one of these with --out")
    taken = out.exists() and (is_zip(out) or not out.is_dir() or any(out.iterdir()))
    if taken or out.is_symlink():
        raise UsageError(f"{out} exists already; name a new folder or zip with --out, or remove it")
    if not out.absolute().parent.is_dir():
        raise UsageError(f"{out} cannot be made: {out.absolute().parent} is no folder")


def write_bundle(out: Path, slug: str, items: Sequence[Item]) -> None:
    """Write a bundle; in an archive everything lies in a folder named for the assignment.

    The same bundle gives the same archive, byte for byte.
    """
    if is_zip(out):
        write_whole(out, zip_bytes({f"{slug}/{item.path}": item.content for item in items}))
        return
    target = out.absolute()
    partial = Path(tempfile.mkdtemp(dir=target.parent, prefix=".partial-"))
    try:
        write_files(partial, items)
        partial.chmod(0o755)  # mkdtemp makes it private
        if target.exists():
            target.rmdir()  # empty, as was checked
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def write_files(folder: Path, items: Sequence[Item]) -> None:
    """Write files into a folder."""
    for item in items:
        path = folder / item.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(item.content)
