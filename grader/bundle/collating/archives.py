"""Archives that are the same each time, and files that are written whole."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

PLAN = "handin.json"
_ZIP_DATE, _TAR_DATE = (1980, 1, 1, 0, 0, 0), 315532800  # 1980, where zip archives begin


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of files by path; of the same files always the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _ZIP_DATE)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    return stream.getvalue()


def tar_bytes(files: Mapping[str, bytes]) -> bytes:
    """Return a compressed tar archive as `zip_bytes` does."""
    stream = io.BytesIO()
    compressed = gzip.GzipFile("", "wb", fileobj=stream, mtime=0)
    with compressed, tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(files):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode, entry.mtime = len(files[path]), 0o644, _TAR_DATE
            tar.addfile(entry, io.BytesIO(files[path]))
    return stream.getvalue()


def unpacked(archive: Path) -> dict[str, bytes]:
    """Return the files of an archive that was made here."""
    if archive.name.lower().endswith(".zip"):
        with zipfile.ZipFile(archive) as opened:
            return {name: opened.read(name) for name in opened.namelist()}
    with tarfile.open(archive) as tar:
        return {entry.name: (tar.extractfile(entry) or io.BytesIO()).read() for entry in tar}


def packed_before(archive: Path, files: Mapping[str, bytes]) -> bool:
    """Return whether an archive was packed here before, from files of which some are the same."""
    try:
        if archive.name.lower().endswith(".zip"):
            with zipfile.ZipFile(archive) as opened:
                dates = {each.filename: each.date_time == _ZIP_DATE for each in opened.infolist()}
        else:
            with tarfile.open(archive) as tar:
                dates = {each.name: each.mtime == _TAR_DATE for each in tar}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, tarfile.TarError, zlib.error):
        return False
    # What was handed out is dated alike.
    handed_out = any(PurePosixPath(name).name == PLAN for name in dates)
    return all(dates.values()) and not handed_out and not dates.keys().isdisjoint(files)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    partial = path.with_name(f".partial-{os.getpid()}-{path.name}")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
