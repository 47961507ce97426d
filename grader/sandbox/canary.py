"""Attacks on canaries, run inside a worker or a notebook's kernel; each tells what got through.

This text is sent to a worker as if it were a hand-in, and to a kernel as a cell. It is never
imported on the trusted side but for its source.
"""

import ctypes
import errno
import os
import socket
from collections.abc import Callable

libc = ctypes.CDLL(None, use_errno=True)
_PTRACE_SEIZE = 0x4206
# How far from its own a worker looks for the process ids of others.
_NEAR = 8


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


def _copy_memory(pid: int) -> None:
    """Read at address 0: who may read at all is told that nothing is there."""
    mine = ctypes.create_string_buffer(1)
    here = (ctypes.c_size_t * 2)(ctypes.addressof(mine), 1)
    there = (ctypes.c_size_t * 2)(0, 1)
    if libc.process_vm_readv(pid, here, 1, there, 1, 0) < 0 and ctypes.get_errno() != errno.EFAULT:
        raise OSError(ctypes.get_errno(), "refused")


def _any_neighbour(attempt: Callable[[int], object]) -> None:
    """Try it on the parent, which forks all workers, and on those forked before and after."""
    own = os.getpid()
    others = [pid for pid in range(own - _NEAR, own + _NEAR + 1) if pid > 0 and pid != own]
    for pid in (os.getppid(), *others):
        try:
            attempt(pid)
        except OSError:
            continue
        return
    raise PermissionError


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
    grader_pid: int, canary: str, target: str, port: int, unix: str
) -> dict[str, Callable[[], object]]:
    """Return what neither a worker nor a kernel may do."""
    return {
        "read-file": lambda: _read(canary),
        "write-file": lambda: _write(target),
        "truncate-file": lambda: os.truncate(canary, 0),  # not Landlock's business before ABI 3
        "make-folder": lambda: os.mkdir(f"{target}-folder"),
        "list-folder": lambda: os.listdir(os.path.dirname(canary)),
        "rename-file": lambda: os.rename(canary, target),
        "read-environment": lambda: _read(f"/proc/{grader_pid}/environ"),
        "open-memory": lambda: open(f"/proc/{grader_pid}/mem", "rb").close(),
        "copy-memory": lambda: _copy_memory(grader_pid),
        "copy-memory-of-neighbour": lambda: _any_neighbour(_copy_memory),
        "signal-neighbour": lambda: _any_neighbour(lambda pid: os.kill(pid, 0)),
        "signal-grader": lambda: os.kill(grader_pid, 0),
        "trace-grader": lambda: _checked(libc.ptrace(_PTRACE_SEIZE, grader_pid, 0, 0)),
        "connect": lambda: _connect(port),
        "connect-unix": lambda: _connect_unix(unix),
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


def attack(grader_pid: int, canary: str, target: str, port: int, unix: str) -> str:
    """Try everything once from a worker; return what got through, joined by spaces.

    `unix` is the address of a socket outside.
    """
    attempts = _everywhere(grader_pid, canary, target, port, unix)
    return _try({**attempts, "list-root": lambda: os.listdir("/")})


def attack_from_kernel(grader_pid: int, canary: str, target: str, port: int, unix: str) -> str:
    """Do the same from a kernel, which may have a root folder of its own to list."""
    attempts = _everywhere(grader_pid, canary, target, port, unix)
    return _try({**attempts, "see-grader": lambda: _find_process(grader_pid)})
