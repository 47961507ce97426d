"""The folder from which workers load the libraries that were built of their hand-ins."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Self


class Shelf:
    """A folder that workers can read from, if they know a name, and nobody can list.

    A context manager; leaving it removes the folder. Its names are random, so a hand-in does not
    find what was built of another one.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="grader-shelf-")
        self.path = Path(self._folder.name).resolve()
        # Its owner, who may be the user that workers run as, may enter and make files.
        self.path.chmod(0o311)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def put(self, content: bytes) -> Path:
        """Write a library that everybody who knows its path can read."""
        path = self.path / f"{secrets.token_hex(16)}.so"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        path.chmod(0o444)  # whatever the umask
        return path

    def close(self) -> None:
        """Remove the folder and all in it."""
        self.path.chmod(0o700)
        self._folder.cleanup()
