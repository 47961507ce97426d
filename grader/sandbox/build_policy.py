"""What a compiler may do, as data: run its own programs, see headers and what it is given."""

from __future__ import annotations

from dataclasses import dataclass

from grader.sandbox import kernel_policy, policy
from grader.sandbox.policy import Runtime

# The only folder that can be written; a file system in memory, of limited size, where bubblewrap
# is there.
FOLDER = "/build"
MODULE = "grader.worker.build"
# Where a system keeps a compiler's programs and headers. Not all of /usr/lib and /usr/local: a
# course and its checks may lie there.
EXECUTABLE = ("/usr/bin", "/usr/lib/gcc", "/usr/libexec/gcc")
READABLE = ("/usr/include", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/alternatives")

# Processes of its own, beside what a kernel may; but no socket.
SYSTEM_CALLS = (
    kernel_policy.SYSTEM_CALLS
    | frozenset(
        """
        fork vfork execve wait4 waitid kill tgkill open openat umask
        """.split()
    )
) - frozenset("accept accept4 getsockname getpeername getsockopt setsockopt shutdown".split())
PRETENDED_CALLS = kernel_policy.PRETENDED_CALLS
_CLONE_NAMESPACES = 0x7E02_0000
# call -> (argument, mask, values), as seccomp.compile_calls takes them.
ARGUMENT_CALLS: dict[str, tuple[int, int, tuple[int, ...]]] = {
    **{name: (arg, 0xFFFFFFFF, values) for name, (arg, values) in policy.ARGUMENT_CALLS.items()},
    "clone": (0, _CLONE_NAMESPACES, (0,)),
}


@dataclass(frozen=True)
class BuildLimits:
    """What one build may use: seconds on the clock, bytes of memory, of files, and of words."""

    seconds: float = 30.0
    memory_bytes: int = 1 << 30
    file_bytes: int = 32 << 20
    said_bytes: int = 256 << 10


def rlimits(limits: BuildLimits) -> dict[str, int]:
    """Return the resource limits of each process of a build."""
    return {
        "AS": limits.memory_bytes,
        "CPU": int(limits.seconds) + 1,
        "FSIZE": limits.file_bytes,
        "NOFILE": 64,
        "CORE": 0,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
    }


def environment(folder: str) -> dict[str, str]:
    """Return the whole environment of a build; `folder` can be written."""
    return {**policy.ENVIRONMENT, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TMPDIR": folder}


def mounts(runtime: Runtime, links: dict[str, str], limits: BuildLimits) -> list[str]:
    """Return what bubblewrap mounts: FOLDER holds four times the largest file."""
    folder = ["--perms", "0777", "--size", str(4 * limits.file_bytes), "--tmpfs", FOLDER]
    alternatives = ["--ro-bind-try", "/etc/alternatives", "/etc/alternatives"]
    sealed = policy.sealed(runtime)
    return [
        *policy.read_only_mounts(runtime, links), *alternatives, *folder, *sealed,
        "--chdir", FOLDER,
    ]  # fmt: skip
