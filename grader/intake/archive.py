"""Open zips and tars of strangers such that no claim in them costs memory or time.

Parsers read what stands before the contents (tables, long names, maps of holes) at the length that
the archive claims, and some ways of packing put gigabytes into a kilobyte.
"""

from __future__ import annotations

import bz2
import gzip
import tarfile
import zipfile
from collections.abc import Callable
from typing import IO, Any, Self

from grader.core.errors import SubmissionError

DAMAGED = (
    "the archive cannot be opened: it is damaged, incomplete, or of another kind than its name says"
)
_ENCRYPTED = "the archive is encrypted; hand it in without a password"
_UNUSUAL = "the archive is packed in an unusual way; hand in an ordinary .zip or .tar.gz"
_TOO_MANY = "the archive has too many entries, or too long names"
# The table of a zip is read at once, as are the names and other facts of one entry of a tar.
_MAX_TABLE = 8 << 20
_MAX_HEADER = 1 << 20
_MAX_READ = 32 << 20
_LONG_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class _Guarded:
    """A file of which nobody reads more at once than is right."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.at_once = _MAX_TABLE

    def read(self, size: int = -1) -> bytes:
        if size > self.at_once:
            raise SubmissionError(_TOO_MANY)
        return self._file.read(size if size >= 0 else self.at_once)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """Return the zip that a file holds.

    Raises SubmissionError where its table is too large, and whatever zipfile does.
    """
    guarded = _Guarded(file)
    archive = zipfile.ZipFile(guarded)
    guarded.at_once = _MAX_READ
    return archive


def require_plain(entry: zipfile.ZipInfo) -> None:
    """Raise SubmissionError for an entry that is encrypted, or packed without a bound on memory.

    Of bzip2 and LZMA, zipfile unpacks whatever it has read at once.
    """
    if entry.flag_bits & 1:
        raise SubmissionError(_ENCRYPTED)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SubmissionError(_UNUSUAL)


class _Entry(tarfile.TarInfo):
    """An entry of a tar that is not sparse, and whose headers are short.

    Of both, tarfile keeps in memory whatever the archive claims.
    """

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        entry = super().frombuf(buf, encoding, errors)
        if entry.size < 0 or (entry.type in _LONG_HEADERS and entry.size > _MAX_HEADER):
            raise SubmissionError(DAMAGED)
        if entry.type == tarfile.GNUTYPE_SPARSE:
            raise SubmissionError(_UNUSUAL)
        return entry

    def _refuse_sparse(self, *_: object) -> None:
        raise SubmissionError(_UNUSUAL)

    # The three ways in which pax headers tell of holes.
    _proc_gnusparse_00 = _proc_gnusparse_01 = _proc_gnusparse_10 = _refuse_sparse


# What a tar may be packed with, by its first bytes. XZ may ask for any amount of memory.
_PACKED: tuple[tuple[bytes, Callable[[IO[bytes]], Any]], ...] = (
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", bz2.BZ2File),
)


def open_tar(file: IO[bytes]) -> tuple[tarfile.TarFile, IO[bytes]]:
    """Return the tar that a file holds, to be read from first to last, and its unpacked bytes.

    Never backwards: to go back, what is packed would be unpacked again from its start.
    """
    begin = file.read(4)
    file.seek(0)
    unpack = next((unpack for magic, unpack in _PACKED if begin.startswith(magic)), None)
    stream = file if unpack is None else unpack(file)
    return tarfile.open(fileobj=stream, mode="r|", tarinfo=_Entry), stream
