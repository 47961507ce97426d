"""Note what the code of a hand-in asks for that no worker has: files, processes, sockets.

The walls refuse it; this only tells. Python's audit events (PEP 578) are its source: what machine
code does is not seen, and code that knows of the list can empty it, or forge it to its own harm.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ABOUT = (
    "open", "os.", "socket.", "subprocess.", "shutil.", "tempfile.", "glob.", "fcntl.", "ctypes.dl",
    "ctypes.create_", "gc.get_", "resource.", "signal.pthread_kill", "sys.settrace",
    "sys.setprofile", "sqlite3.", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.",
)  # fmt: skip
_HARMLESS = frozenset(["os.putenv", "os.unsetenv", "glob.glob/2"])
# Where Python and NumPy import from, which they may at any time.
_OWN = tuple({sys.prefix, sys.base_prefix, str(Path(os.__file__).parent)})
_MOST = 50
_LONGEST = 200

# Files of the hand-in: Python looks for one where it tells of a line that does not parse.
own_files: set[str] = set()
_asked: dict[str, None] = {}


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith(_ABOUT) or event in _HARMLESS or len(_asked) >= _MOST:
        return
    about = arguments[0] if arguments else None
    if event in {"ctypes.dlsym", "socket.connect", "socket.bind", "os.kill", "socket.__new__"}:
        about = arguments[1] if len(arguments) > 1 else about
    if event == "open" and type(about) is int:
        return
    told = about.decode("utf-8", "replace") if type(about) is bytes else about
    if type(told) is str and (told.startswith(_OWN) or told in own_files):
        return
    words = repr(told) if type(told) in {str, int, tuple} else ""
    _asked[f"{event} {words}".strip()[:_LONGEST]] = None


def watch() -> None:
    """Begin to note; there is no end to it in this process."""
    sys.addaudithook(_note)


@contextlib.contextmanager
def ours() -> Iterator[None]:
    """Note nothing for as long as this lasts."""
    before = dict(_asked)
    yield
    _asked.clear()
    _asked.update(before)


def take() -> list[str]:
    """Return what was asked for since the last time, each thing once."""
    asked = list(_asked)
    _asked.clear()
    return asked
