"""What no hand-in may reach: set up around each grading, and looked at afterwards."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

import grader

PROJECT = Path(grader.__file__).resolve().parents[1]
_KEPT = "kept as it was"
_PATIENCE_SECONDS = 5.0


@dataclass
class Bait:
    """Files, sockets and secrets that everybody on this machine may reach, but for walls.

    `secret` stands in the canary, in another student's hand-in and in the grader's environment:
    wherever it turns up afterwards, something was read. `names` are what an attack is told.
    """

    folder: Path
    secret: str
    servers: list[socket.socket]
    names: dict[str, str | int]
    _belong: int = 0

    def touched(self) -> list[str]:
        """Return what was changed, made, or connected to."""
        found = []
        for path, content in self._contents().items():
            if not path.is_file() or path.read_text() != content:
                found.append(f"{path.name} was changed")
        known = {*self._contents(), *(path.parent for path in self._contents())}
        found += [f"{path.name} was made" for path in self.folder.rglob("*") if path not in known]
        for server in self.servers:
            with contextlib.suppress(BlockingIOError):
                server.accept()[0].close()
                found.append(f"{server.getsockname()!r} was connected to")
        return found

    def settle(self) -> None:
        """Take as many processes as live now as those that belong here."""
        self._belong = len(_living())

    def survivors(self) -> list[str]:
        """Return processes that are left below this one, of those that need not be here.

        A worker that was killed a moment ago may take one to go. What is found is ended.
        """
        until = time.monotonic() + _PATIENCE_SECONDS
        while len(living := _living()) > self._belong and time.monotonic() < until:
            time.sleep(0.01)
        left = living[self._belong :]
        words = [_words(each) for each in left]
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        # The dead count as processes of their user until somebody takes notice.
        for process in psutil.Process().children():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
                if process.status() == psutil.STATUS_ZOMBIE:
                    process.wait(1)
        return words

    def _contents(self) -> dict[Path, str]:
        return {
            self.folder / "canary": self.secret,
            self.folder / "grades.csv": _KEPT,
            self.folder / "bob" / "layers.py": self.secret,
        }


def _living() -> list[psutil.Process]:
    """Return what lives below this process, whoever its parent was (see `one.py`), oldest first."""
    below = psutil.Process().children(recursive=True)
    return sorted((each for each in below if _words(each)), key=psutil.Process.create_time)


def _words(process: psutil.Process) -> str:
    try:
        status = process.status()
        return "" if status == psutil.STATUS_ZOMBIE else f"{process.name()}, {status}"
    except psutil.NoSuchProcess:
        return ""


@contextlib.contextmanager
def laid_out() -> Iterator[Bait]:
    """Lay out the bait; what attacks may know of it are its `names`."""
    with (
        tempfile.TemporaryDirectory(prefix="bait-") as name,
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as unix,
    ):
        folder = Path(name)
        abstract = f"bait-{secrets.token_hex(8)}"
        unix.bind(f"\0{abstract}")  # no file, so nobody's permissions guard it
        unix.listen()
        for server in (tcp, unix):
            server.setblocking(False)
        names = {
            "CANARY": str(folder / "canary"),
            "GRADEBOOK": str(folder / "grades.csv"),
            "CLASSMATE": str(folder / "bob" / "layers.py"),
            "TARGET": str(folder / "target"),
            "GRADER_PID": os.getpid(),
            "PORT": tcp.getsockname()[1],
            "ABSTRACT": abstract,
            "PROJECT": str(PROJECT),
        }
        bait = Bait(folder, f"secret-{secrets.token_hex(8)}", [tcp, unix], names)
        for path, content in bait._contents().items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(content)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o777)
        os.environ["GRADER_SECRET"] = bait.secret
        try:
            yield bait
        finally:
            del os.environ["GRADER_SECRET"]
