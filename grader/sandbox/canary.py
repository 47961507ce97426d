"""Attacks on canaries, run inside a worker; each returns whether it got through.

This text is sent to a worker as if it were a hand-in. It is never imported on the trusted side
but for its source.
"""

import ctypes
import os
import socket
from collections.abc import Callable

libc = ctypes.CDLL(None, use_errno=True)
_PTRACE_SEIZE = 0x4206


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1)


def _write(path: str) -> int:
    with open(path, "wb") as file:
        return file.write(b"x")


def _fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _checked(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _connect(port: int) -> None:
    with socket.socket() as client:
        client.settimeout(2)
        client.connect(("127.0.0.1", port))


def attack(grader_pid: int, canary: str, target: str, port: int) -> str:
    """Try everything once; return the names of what got through, joined by spaces."""
    attempts: dict[str, Callable[[], object]] = {
        "read-file": lambda: _read(canary),
        "write-file": lambda: _write(target),
        "read-environment": lambda: _read(f"/proc/{grader_pid}/environ"),
        "list-root": lambda: os.listdir("/"),
        "signal-grader": lambda: os.kill(grader_pid, 0),
        "trace-grader": lambda: _checked(libc.ptrace(_PTRACE_SEIZE, grader_pid, 0, 0)),
        "connect": lambda: _connect(port),
        "fork": _fork,
        "execute": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "allocate": lambda: bytearray(8 << 30),
    }
    through = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except BaseException:
            continue
        through.append(name)
    return " ".join(through)
