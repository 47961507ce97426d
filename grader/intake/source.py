"""What an instructor gets from a platform, a folder or one zip, as files by name.

Names in it are only names: a file of a zip is unpacked under a number, into a temporary folder.
"""

from __future__ import annotations

import os
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Protocol

from grader.core.errors import SubmissionError, UsageError
from grader.intake.archive import require_plain
from grader.intake.tree import ARCHIVES, clean_name, is_clutter, is_too_deep, visible_name

MAX_NAMES = 1_000_000
MAX_CLASS_BYTES = 20 << 30
MAX_TEXT_BYTES = 64 << 20
_CHUNK = 1 << 20
_TOO_MANY = f"{{}} holds more than {MAX_NAMES:,} files"


class Source(Protocol):
    """Files by name ("a/b.py"), without clutter and hidden ones, in order of their names."""

    path: Path

    @property
    def top(self) -> list[str]:
        """The first part of each name."""

    @property
    def names(self) -> list[str]:
        """The names of all files."""

    @property
    def refused(self) -> list[tuple[str, str]]:
        """Names that are no files in it, each with the reason: links, and what leads outside."""

    @property
    def unreadable(self) -> str:
        """The path of a folder whose files are unknown, "" where all can be read."""

    def size(self, name: str) -> int:
        """Return how many bytes a file has."""

    def place(self, name: str) -> Path:
        """Return a real file with the contents of `name`."""

    def text(self, name: str) -> str:
        """Return what a small text file holds, "" where there is none."""


def below(source: Source, folder: str) -> list[str]:
    """Return the names in a folder of a source, relative to it."""
    return [name[len(folder) :] for name in source.names if name.startswith(folder)]


def common_folder(source: Source) -> str:
    """Return "folder/" where everything lies in one, "" otherwise."""
    if len(source.top) != 1 or source.top[0] in source.names:
        return ""
    return f"{source.top[0]}/"


class FolderSource:
    """A folder; its files stay where they are."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # A linked file is told with the hand-in that it lies in.
        self.refused: list[tuple[str, str]] = []

    @property
    def unreadable(self) -> str:
        return next(iter(self._walked[1]), "")

    @cached_property
    def top(self) -> list[str]:
        names = (entry.name for entry in self.path.iterdir())
        return sorted(visible_name(name) for name in names if not is_clutter(name))

    @property
    def _files(self) -> dict[str, Path]:
        return self._walked[0]

    @cached_property
    def _walked(self) -> tuple[dict[str, Path], list[str]]:
        """The files by their names, and the folders that may not be looked into."""
        found: dict[str, Path] = {}
        closed: list[str] = []
        for base, folders, names in os.walk(
            self.path, onerror=lambda error: closed.append(str(error.filename))
        ):
            folders[:] = sorted(name for name in folders if not is_clutter(name))
            above = Path(base).relative_to(self.path)
            if is_too_deep((above / "-").as_posix()):
                folders.clear()  # as it is when the hand-in is read, which tells of it
            # A linked folder is not walked into; the link is named, and left out when read.
            linked = [name for name in folders if (Path(base) / name).is_symlink()]
            for name in (*names, *linked):
                clean = clean_name((above / name).as_posix())
                if clean is not None and not is_clutter(name):
                    found[str(clean)] = Path(base) / name
            if len(found) > MAX_NAMES:
                raise UsageError(_TOO_MANY.format(self.path))
        return found, closed

    @cached_property
    def names(self) -> list[str]:
        return sorted(self._files)

    def size(self, name: str) -> int:
        return self._files[name].lstat().st_size

    def place(self, name: str) -> Path:
        return self._files[name]

    def text(self, name: str) -> str:
        path = self._files.get(name)
        if path is None or not stat.S_ISREG(path.lstat().st_mode):
            return ""
        with path.open("rb") as stream:
            return _text(stream.read(MAX_TEXT_BYTES))


class ZipSource:
    """A zip as a platform makes it; what is asked for is unpacked below `folder`.

    Raises UsageError where the zip cannot be read.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.unreadable = ""
        self._folder = folder
        self._room = MAX_CLASS_BYTES
        self._placed: dict[str, Path] = {}
        try:
            self._archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
            raise self._damaged() from None

    def _damaged(self) -> UsageError:
        return UsageError(f"{self.path} cannot be unpacked: it is damaged; download it again")

    @cached_property
    def _entries(self) -> dict[str, zipfile.ZipInfo]:
        found = {}
        if len(self._archive.infolist()) > MAX_NAMES:
            raise UsageError(_TOO_MANY.format(self.path))
        for entry in self._archive.infolist():
            written = _name_of(entry)
            name = None if is_too_deep(written) else clean_name(written)
            if name is None or entry.is_dir() or any(map(is_clutter, name.parts)):
                continue
            if not _is_link(entry):
                found[str(name)] = entry
        return found

    @cached_property
    def refused(self) -> list[tuple[str, str]]:
        told = []
        for entry in self._archive.infolist():
            written = _name_of(entry)
            if is_too_deep(written):
                told.append((written[:200], "its path is too long"))
                continue
            name = clean_name(written)
            if name is None:
                told.append((written, "its path leads outside of the zip"))
            elif _is_link(entry) and not any(map(is_clutter, name.parts)):
                told.append((str(name), "a link, not a file"))
        return told

    @cached_property
    def names(self) -> list[str]:
        return sorted(self._entries)

    @cached_property
    def top(self) -> list[str]:
        return sorted({PurePosixPath(name).parts[0] for name in self.names})

    def size(self, name: str) -> int:
        return self._entries[name].file_size

    def place(self, name: str) -> Path:
        if name not in self._placed:
            self._placed[name] = self._unpack(name)
        return self._placed[name]

    def _unpack(self, name: str) -> Path:
        entry = self._entries[name]
        ending = next((end for end in ARCHIVES if name.lower().endswith(end)), "")
        handle, target = tempfile.mkstemp(ending or PurePosixPath(name).suffix, dir=self._folder)
        with os.fdopen(handle, "wb") as file:
            for chunk in self._chunks(entry):
                self._room -= len(chunk)
                if self._room < 0:
                    raise UsageError(f"{self.path} holds more than {MAX_CLASS_BYTES >> 30} GB")
                file.write(chunk)
        return Path(target)

    def text(self, name: str) -> str:
        entry = self._entries.get(name)
        if entry is None or entry.file_size > MAX_TEXT_BYTES:
            return ""
        return _text(b"".join(self._chunks(entry)))

    def _chunks(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            require_plain(entry)
        except SubmissionError as error:
            raise UsageError(f"{self.path}: {error}") from None
        try:
            with self._archive.open(entry) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except Exception:  # noqa: BLE001 - the parser raises anything on damaged bytes
            raise self._damaged() from None


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry; some platforms write UTF-8 without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace")


def open_source(path: Path, folder: Path) -> Source:
    """Return the source that a folder or a zip is; `folder` is where a zip may be unpacked."""
    return FolderSource(path) if path.is_dir() else ZipSource(path, folder)
