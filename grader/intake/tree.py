"""Read a hand-in (folder, zip, tar, single file) into memory, within bounds.

Nothing is unpacked to disk, so no name inside an archive can reach anything outside it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from grader.core.errors import GraderError, SubmissionError
from grader.core.text import visible
from grader.intake.archive import DAMAGED, open_tar, open_zip, require_plain

MAX_ENTRIES = 20_000
MAX_FILE_BYTES = 20 << 20
MAX_TOTAL_BYTES = 200 << 20
# Whatever is left out has to be unpacked as well, to see how large it is or to get past it.
MAX_UNPACKED_BYTES = 4 * MAX_TOTAL_BYTES
MAX_PATH = 1_000
MAX_FOLDERS = 50
_MAX_NAME = 255
_MAX_NOTES = 20
ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
# What students also send, and we do not read.
OTHER_ARCHIVES = (".rar", ".7z")
_TOO_MANY = f"the hand-in has more than {MAX_ENTRIES:,} entries"
_TOO_LARGE = f"the hand-in is larger than {MAX_TOTAL_BYTES >> 20} MB"
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


def clean_name(name: str) -> PurePosixPath | None:
    """Return the path inside the hand-in, or None where it would lead out of it."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts:
        return None
    return PurePosixPath(*map(visible_name, path.parts))


def visible_name(part: str) -> str:
    """Return a name that a file system takes, though what acts in it is longer when it is shown."""
    return visible(part, 200).encode()[:_MAX_NAME].decode(errors="ignore")


def is_too_deep(name: str) -> bool:
    """Return whether a path is longer, or leads through more folders, than is read."""
    return len(name) > MAX_PATH or name.count("/") + name.count("\\") > MAX_FOLDERS


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that are not too deep, whatever is in its way."""
    for base, folders, names in os.walk(folder):
        if is_too_deep(Path(base, "-").relative_to(folder).as_posix()):
            folders.clear()
        yield from (Path(base) / name for name in names)


class _Collector:
    def __init__(self, suffixes: frozenset[str]) -> None:
        self.tree = Tree()
        self._suffixes = suffixes
        self._entries = 0
        self._total = 0
        self._unpacked = 0
        self._left_out = 0
        self._again: set[str] = set()
        self._inner = ""
        self.in_archive = False

    def count(self) -> None:
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise SubmissionError(_TOO_MANY)

    def unpack(self, size: int) -> None:
        """Take note that so much was, or has to be, unpacked."""
        self._unpacked += size
        if self._unpacked > MAX_UNPACKED_BYTES:
            raise SubmissionError(_TOO_LARGE)

    def wants(self, name: str) -> PurePosixPath | None:
        if is_too_deep(name):
            self.leave_out(visible(name, 80), "its path is too long")
            return None
        path = clean_name(name)
        if path is None:
            self.leave_out(visible(name, 80), "its path leads outside")
            return None
        if any(map(is_clutter, path.parts)):
            return None
        endings = (*ARCHIVES, *OTHER_ARCHIVES) if self.in_archive else OTHER_ARCHIVES
        if path.name.lower().endswith(endings):
            self._inner = self._inner or visible(path.name, 80)
        return path if path.suffix.lower() in self._suffixes else None

    def leave_out_link(self, path: PurePosixPath) -> None:
        self.leave_out(visible(str(path), 200), "it is a link, not a file")

    def leave_out(self, name: str, why: str) -> None:
        self._left_out += 1
        if self._left_out <= _MAX_NOTES:
            self.tree.notes.append(f"{name} was left out: {why}")

    def finish(self) -> Tree:
        """Return what was read, with a note of an archive in it where there is nothing else."""
        if self._inner and not self.tree.files:
            self.leave_out(self._inner, "an archive inside of the hand-in is not read")
        if self._left_out > _MAX_NOTES:
            self.tree.notes.append(f"{self._left_out - _MAX_NOTES:,} more were left out")
        return self.tree

    def add(self, path: PurePosixPath, stream: IO[bytes], declared: int | None = None) -> None:
        content = stream.read(MAX_FILE_BYTES + 1)
        if declared is None:
            self.unpack(len(content))
        if len(content) > MAX_FILE_BYTES:
            self.leave_out(str(path), f"it is larger than {MAX_FILE_BYTES >> 20} MB")
            return
        if declared is not None and len(content) != declared:
            raise SubmissionError("the archive cannot be opened: it ends too early")
        self._total += len(content)
        if self._total > MAX_TOTAL_BYTES:
            raise SubmissionError(_TOO_LARGE)
        if str(path) in self.tree.files and str(path) not in self._again:
            self._again.add(str(path))
            if len(self._again) <= _MAX_NOTES:
                told = f"{path} stands in the archive more than once; the last counts"
                self.tree.notes.append(told)
        self.tree.files[str(path)] = content


def _read_folder(folder: Path, collector: _Collector) -> None:
    archives = []
    for base, folders, names in os.walk(folder, onerror=_refuse_unreadable):
        inside = PurePosixPath(Path(base).relative_to(folder))
        folders[:] = sorted(name for name in folders if not is_clutter(name))
        for name in folders:
            collector.count()
            if (Path(base) / name).is_symlink():  # listed, but not walked into
                collector.leave_out_link(inside / name)
        for name in [name for name in folders if is_too_deep(f"{inside / name}/-")]:
            collector.leave_out(visible(str(inside / name), 80), "its path is too long")
            folders.remove(name)
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
    with open_zip(file) as archive:
        for entry in archive.infolist():
            collector.count()
            if entry.is_dir() or (inside := collector.wants(entry.filename)) is None:
                continue
            if stat.S_ISLNK(entry.external_attr >> 16):
                collector.leave_out_link(inside)
                continue
            require_plain(entry)
            with archive.open(entry) as stream:
                collector.add(inside, stream)


def _read_tar(file: IO[bytes], collector: _Collector) -> None:
    archive, unpacked = open_tar(file)
    for entry in archive:
        collector.count()
        collector.unpack(entry.size)
        if entry.isdir() or (inside := collector.wants(entry.name)) is None:
            continue
        stream = archive.extractfile(entry) if entry.isreg() else None
        if stream is None:
            collector.leave_out_link(inside)
            continue
        collector.add(inside, stream, entry.size)
    # The checksum of what is packed stands at its very end.
    while rest := unpacked.read(1 << 20):
        collector.unpack(len(rest))


def _read_archive(path: Path, collector: _Collector) -> None:
    collector.in_archive = True
    read = _read_zip if path.name.lower().endswith(".zip") else _read_tar
    with path.open("rb") as file:
        try:
            read(file, collector)
        except (SubmissionError, MemoryError):
            raise
        except OSError as error:
            if error.errno in (errno.EIO, errno.ESTALE):  # the disk's failure, not the archive's
                raise
            raise SubmissionError(DAMAGED) from None
        except Exception:  # noqa: BLE001 - these parsers raise anything on bytes of strangers
            raise SubmissionError(DAMAGED) from None


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
        name = visible(str(error.filename or path))
        raise GraderError(f"{name} cannot be read: {(error.strerror or '?').lower()}") from None
    return collector.finish()
