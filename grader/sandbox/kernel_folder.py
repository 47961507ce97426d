"""What a kernel has written: measured while it runs, removed when it is gone.

Behind bubblewrap that is a file system in memory with a fixed size; without, a folder on our disk.
Its owner may have made folders as deep as it likes, and such that nobody may list.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from dataclasses import dataclass
from pathlib import Path

_LISTED = 0o700


@dataclass(frozen=True)
class Written:
    """Bytes and number of files and folders; not `measurable` if some of them cannot be seen."""

    size: int = 0
    count: int = 0
    measurable: bool = True


def count_files(descriptor: int) -> int:
    """Return the files and folders of a whole file system; `descriptor` is a folder in it."""
    told = os.fstatvfs(descriptor)
    return told.f_files - told.f_ffree


def measure_folder(folder: str, most: int) -> Written:
    """Return what lies in a folder; from `most` files and folders on nobody counts."""
    size = count = 0
    waiting = [folder]
    try:
        while waiting and count <= most:
            # Files come and go meanwhile.
            with contextlib.suppress(FileNotFoundError), os.scandir(waiting.pop()) as entries:
                for entry in itertools.islice(entries, most + 1 - count):
                    count += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        size += _size(entry)
    except OSError:
        return Written(size, count, measurable=False)
    return Written(size, count)


def _size(entry: os.DirEntry[str]) -> int:
    with contextlib.suppress(FileNotFoundError):
        return entry.stat(follow_symlinks=False).st_size
    return 0


def remove_folder(folder: str) -> None:
    """Remove a folder of ours with all that a kernel, now gone, has left in it.

    Folders within folders are moved up before they are emptied: no path gets longer than is
    allowed, however deep they are.
    """
    names = (f"{folder}/moved-{number}" for number in itertools.count())
    while subfolders := _empty(folder):
        for subfolder in subfolders:
            Path(subfolder).chmod(_LISTED)
            for inner in _empty(subfolder):
                Path(inner).chmod(_LISTED)  # its entry for the folder above will change
                Path(inner).rename(next(name for name in names if not os.path.lexists(name)))
            Path(subfolder).rmdir()
    Path(folder).rmdir()


def _empty(folder: str) -> list[str]:
    """Remove the files of a folder; return its folders."""
    with os.scandir(folder) as entries:
        found = list(entries)
    folders = []
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            folders.append(entry.path)
        else:
            Path(entry.path).unlink()
    return folders
