"""Read a hand-in (folder, zip, tar, single file) into memory, within bounds.

Nothing is unpacked to disk, so no name inside an archive can reach anything outside it.
"""

from __future__ import annotations

import errno
import os
import stat
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from grader.core.errors import GraderError, SubmissionError
from grader.core.text import visible

MAX_ENTRIES = 20_000
MAX_FILE_BYTES = 20 << 20
MAX_TOTAL_BYTES = 200 << 20
ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
# What students also send, and we do not read.
OTHER_ARCHIVES = (".rar", ".7z")
_DAMAGED = (
    "the archive cannot be opened: it is damaged, incomplete, or of another kind than its name says"
)
# Left behind by editors, systems and tools.
_CLUTTER = frozenset({"__MACOSX", "__pycache__", "node_modules", "site-packages"})


@dataclass(frozen=True)
class Tree:
    """The files of a hand-in by path, and what was left out and why."""

    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def is_archive(path: Path) -> bool:
    """Return whether the name is that of an archive we read."""
    return path.name.lower().endswith(ARCHIVES)


def is_clutter(part: str) -> bool:
    """Return whether a folder or file of this name is never what a student means to hand in."""
    return part.startswith(".") or part in _CLUTTER


def _wanted(path: PurePosixPath, suffixes: frozenset[str]) -> bool:
    return not any(map(is_clutter, path.parts)) and path.suffix.lower() in suffixes


def clean_name(name: str) -> PurePosixPath | None:
    """Return the path inside the hand-in, or None where it would lead out of it."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts:
        return None
    return PurePosixPath(*(visible(part, 200) for part in path.parts))


class _Collector:
    def __init__(self, suffixes: frozenset[str]) -> None:
        self.tree = Tree()
        self._suffixes = suffixes
        self._entries = 0
        self._total = 0

    def count(self) -> None:
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise SubmissionError(f"the hand-in has more than {MAX_ENTRIES:,} entries")

    def wants(self, name: str) -> PurePosixPath | None:
        path = clean_name(name)
        if path is None:
            self.tree.notes.append(f"{visible(name, 80)} was left out: its path leads outside")
            return None
        return path if _wanted(path, self._suffixes) else None

    def leave_out_link(self, path: PurePosixPath) -> None:
        name = visible(str(path), 200)
        self.tree.notes.append(f"{name} was left out: it is a link, not a file")

    def add(self, path: PurePosixPath, stream: IO[bytes], declared: int | None = None) -> None:
        content = stream.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            limit = f"{MAX_FILE_BYTES >> 20} MB"
            self.tree.notes.append(f"{path} was left out: it is larger than {limit}")
            return
        if declared is not None and len(content) != declared:
            raise SubmissionError("the archive cannot be opened: it ends too early")
        self._total += len(content)
        if self._total > MAX_TOTAL_BYTES:
            raise SubmissionError(f"the hand-in is larger than {MAX_TOTAL_BYTES >> 20} MB")
        if str(path) in self.tree.files:
            self.tree.notes.append(f"{path} stands in the archive more than once; the last counts")
        self.tree.files[str(path)] = content


def _read_folder(folder: Path, collector: _Collector) -> None:
    archives = []
    for base, folders, names in os.walk(folder, onerror=_refuse_unreadable):
        inside = PurePosixPath(Path(base).relative_to(folder))
        folders[:] = sorted(name for name in folders if not is_clutter(name))
        for name in folders:
            if (Path(base) / name).is_symlink():  # listed, but not walked into
                collector.leave_out_link(inside / name)
        for name in sorted(names):
            collector.count()
            if _read_member(Path(base) / name, inside / name, collector):
                archives.append(Path(base) / name)
    _read_only_archive(archives, collector)


def _read_parts(parts: Mapping[str, Path], collector: _Collector) -> None:
    archives = []
    for name, path in sorted(parts.items()):
        collector.count()
        if _read_member(path, PurePosixPath(name), collector):
            archives.append(path)
    _read_only_archive(archives, collector)
    others = [name for name in parts if name.lower().endswith(OTHER_ARCHIVES)]
    if others and not collector.tree.files:
        raise SubmissionError(_not_read(others[0]))


def _read_only_archive(archives: list[Path], collector: _Collector) -> None:
    """Read the archive that a hand-in without files of its own consists of."""
    if collector.tree.files or not archives:
        return
    if len(archives) == 1:
        # Some platforms give each student a folder with the uploaded archive in it.
        _read_archive(archives[0], collector)
    else:
        listed = ", ".join(visible(path.name, 80) for path in archives[:5])
        collector.tree.notes.append(f"none of the archives was read, there are several: {listed}")


def _read_member(path: Path, inside: PurePosixPath, collector: _Collector) -> bool:
    """Read a file of a folder if it is wanted; return whether it is an archive instead."""
    archive = is_archive(path) and not path.name.startswith(".")
    wanted = collector.wants(str(inside))
    if not archive and wanted is None:
        return False
    if not stat.S_ISREG(path.lstat().st_mode):
        collector.leave_out_link(inside)
        return False
    if wanted is not None:
        with path.open("rb") as stream:
            collector.add(wanted, stream)
    return archive


def _refuse_unreadable(error: OSError) -> None:
    raise error


def _read_zip(file: IO[bytes], collector: _Collector) -> None:
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            collector.count()
            if entry.is_dir() or (inside := collector.wants(entry.filename)) is None:
                continue
            if stat.S_ISLNK(entry.external_attr >> 16):
                collector.leave_out_link(inside)
                continue
            if entry.flag_bits & 1:
                raise SubmissionError("the archive is encrypted; hand it in without a password")
            with archive.open(entry) as stream:
                collector.add(inside, stream)


def _read_tar(file: IO[bytes], collector: _Collector) -> None:
    declared = 0
    with tarfile.open(fileobj=file, mode="r:*") as archive:
        for entry in archive:
            collector.count()
            # Even what is left out has to be unpacked to get past it.
            declared += entry.size
            _refuse_too_much(declared)
            if entry.isdir() or (inside := collector.wants(entry.name)) is None:
                continue
            stream = archive.extractfile(entry) if entry.isreg() else None
            if stream is None:
                collector.leave_out_link(inside)
                continue
            collector.add(inside, stream, entry.size)
        # The checksum of a compressed tar stands at its very end.
        while archive.fileobj is not None and (rest := archive.fileobj.read(1 << 20)):
            declared += len(rest)
            _refuse_too_much(declared)


def _refuse_too_much(declared: int) -> None:
    if declared > 4 * MAX_TOTAL_BYTES:
        raise SubmissionError(f"the hand-in is larger than {MAX_TOTAL_BYTES >> 20} MB")


def _read_archive(path: Path, collector: _Collector) -> None:
    read = _read_zip if path.name.lower().endswith(".zip") else _read_tar
    with path.open("rb") as file:
        try:
            read(file, collector)
        except (SubmissionError, MemoryError):
            raise
        except OSError as error:
            if error.errno in (errno.EIO, errno.ESTALE):  # the disk's failure, not the archive's
                raise
            raise SubmissionError(_DAMAGED) from None
        except Exception:  # noqa: BLE001 - these parsers raise anything on bytes of strangers
            raise SubmissionError(_DAMAGED) from None


def _not_read(name: str) -> str:
    return f"{PurePosixPath(name).suffix} archives are not read: hand in a .zip or .tar.gz"


def read_tree(
    path: Path, suffixes: frozenset[str], parts: Mapping[str, Path] | None = None
) -> Tree:
    """Read the files of a hand-in that end in one of `suffixes` (".py", …).

    A hand-in made of `parts` holds these files alone, by the names that they have in it.

    Raises SubmissionError, a sentence for the student, where the hand-in cannot be used at all,
    and GraderError where this machine does not let us read it.
    """
    if parts is None and path.name.lower().endswith(OTHER_ARCHIVES):
        raise SubmissionError(_not_read(path.name))
    collector = _Collector(suffixes)
    try:
        if parts is not None:
            _read_parts(parts, collector)
        elif path.is_dir():
            _read_folder(path, collector)
        elif is_archive(path):
            _read_archive(path, collector)
        else:
            with path.open("rb") as stream:
                collector.add(PurePosixPath(visible(path.name, 200)), stream)
    except OSError as error:
        name = error.filename or path
        raise GraderError(f"{name} cannot be read: {(error.strerror or '?').lower()}") from None
    return collector.tree
