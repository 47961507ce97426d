"""Attacks on canaries, run inside a worker or a notebook's kernel; each tells what got through.

This text is sent to a worker as if it were a hand-in, and to a kernel as a cell. It is never
imported on the trusted side but for its source.
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


def _connect_unix(address: str) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(address)


def _find_process(pid: int) -> None:
    if str(pid) not in os.listdir("/proc"):
        raise FileNotFoundError


def _everywhere(
    grader_pid: int, canary: str, target: str, port: int
) -> dict[str, Callable[[], object]]:
    """Return what neither a worker nor a kernel may do."""
    return {
        "read-file": lambda: _read(canary),
        "write-file": lambda: _write(target),
        "read-environment": lambda: _read(f"/proc/{grader_pid}/environ"),
        "signal-grader": lambda: os.kill(grader_pid, 0),
        "trace-grader": lambda: _checked(libc.ptrace(_PTRACE_SEIZE, grader_pid, 0, 0)),
        "connect": lambda: _connect(port),
        "fork": _fork,
        "execute": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "allocate": lambda: bytearray(8 << 30),
    }


def _try(attempts: dict[str, Callable[[], object]]) -> str:
    through = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except BaseException:
            continue
        through.append(name)
    return " ".join(through)


def attack(grader_pid: int, canary: str, target: str, port: int) -> str:
    """Try everything once from a worker; return what got through, joined by spaces."""
    attempts = _everywhere(grader_pid, canary, target, port)
    return _try({**attempts, "list-root": lambda: os.listdir("/")})


def attack_from_kernel(grader_pid: int, canary: str, target: str, port: int, unix: str) -> str:
    """Do the same from a kernel, which may have a root folder of its own to list.

    `unix` is the address of a socket outside.
    """
    more: dict[str, Callable[[], object]] = {
        "list-folder": lambda: os.listdir(os.path.dirname(canary)),
        "rename-file": lambda: os.rename(canary, target),
        "see-grader": lambda: _find_process(grader_pid),
        "connect-unix": lambda: _connect_unix(unix),
    }
    return _try({**_everywhere(grader_pid, canary, target, port), **more})
