"""What a Jupyter kernel may do, as data; wider than a worker's policy where a kernel needs it.

A kernel has threads, a folder to write to, and sockets that it is given. It makes no socket of
its own, so there is nothing it could reach: not the network, not a service on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.sandbox import policy
from grader.sandbox.policy import Runtime, Walls

# The only folder that can be written; a file system in memory, of limited size, where bubblewrap
# is there.
STUDENT = "/student"
# Of the workspace, below that folder; the rest is for caches and temporary files.
WORKSPACE, HOME, TEMPORARY = "work", "home", "tmp"

CHANNELS = ("shell", "iopub", "stdin", "hb", "control")
MODULE = "grader.worker.kernel"
REQUIRED = ("ipykernel", "matplotlib", "numpy")
# No debugger listens, and there is no /proc that psutil could read.
WITHOUT = frozenset({"debugpy", "psutil"})

# Interpreter, libraries, the threads' stacks and the reserve of the kernel's shell take this much
# address space before any cell runs.
_BASE_BYTES = (256 + 16) << 20

SYSTEM_CALLS = (
    policy.SYSTEM_CALLS
    | policy.PATH_CALLS
    | frozenset(
        """
        accept accept4 getsockname getpeername getsockopt setsockopt shutdown
        recvfrom recvmsg sendto sendmsg eventfd2 timerfd_create timerfd_settime timerfd_gettime
        alarm setitimer getitimer sched_getparam sched_getscheduler
        chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2
        ftruncate fallocate fdatasync statfs fstatfs getresuid getresgid fadvise64
        copy_file_range sendfile pwritev pwritev2 preadv2 epoll_pwait2
        """.split()
    )
) - {"open", "openat"}

# Landlock does not guard them, and libraries call them without need.
PRETENDED_CALLS = frozenset(
    """
    chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat futimesat
    flock sched_setaffinity sched_setscheduler setpriority
    """.split()
)

_AF_UNIX = 1
# To read, to write or both; and cut short what may be written. Landlock before its third version
# would let a cell cut what may only be read, as it would by truncate, which is no call of a kernel.
_ACCESS, _TRUNC = 0o3, 0o1000
_OPENED = (0o0, 0o1, 0o2, 0o1 | _TRUNC, 0o2 | _TRUNC)
_CLONE_THREAD = 0x0001_0000
_CLONE_NAMESPACES = 0x7E02_0000
# call -> (argument, mask, values), as seccomp.compile_calls takes them.
ARGUMENT_CALLS: dict[str, tuple[int, int, tuple[int, ...]]] = {
    **{name: (arg, 0xFFFFFFFF, values) for name, (arg, values) in policy.ARGUMENT_CALLS.items()},
    # Threads, never processes.
    "clone": (0, _CLONE_THREAD | _CLONE_NAMESPACES, (_CLONE_THREAD,)),
    "open": (1, _ACCESS | _TRUNC, _OPENED),
    "openat": (2, _ACCESS | _TRUNC, _OPENED),
    "socketpair": (0, 0xFFFFFFFF, (_AF_UNIX,)),
    # As for workers, and FIONBIO; locks, which are local to the workspace.
    "ioctl": (1, 0xFFFFFFFF, (*policy.ARGUMENT_CALLS["ioctl"][1], 0x5421)),
    "fcntl": (1, 0xFFFFFFFF, (*policy.ARGUMENT_CALLS["fcntl"][1], 5, 6, 7)),
}


@dataclass(frozen=True)
class KernelLimits:
    """What one kernel may use: memory, files and folders, seconds of CPU in its whole life."""

    memory_bytes: int
    file_bytes: int
    file_count: int
    cpu_seconds: float


def can_hold(walls: Walls) -> bool:
    """Whether walls are of a kind that can stand around a kernel.

    A kernel opens files while it runs. Without Landlock and without a file system of its own it
    could open any; walls of the weak tier are taken as what they say they are.
    """
    return walls.bubblewrap or walls.landlock or not walls.seccomp


def rlimits(limits: KernelLimits) -> dict[str, int]:
    """Return the resource limits of one kernel."""
    return {
        "AS": _BASE_BYTES + limits.memory_bytes,
        "CPU": int(limits.cpu_seconds) + 10,
        "FSIZE": limits.file_bytes,
        "NOFILE": 256,
        "CORE": 0,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
    }


def environment(student: str) -> dict[str, str]:
    """Return a kernel's whole environment; `student` is the folder that can be written."""
    return {
        **policy.ENVIRONMENT,
        "HOME": f"{student}/{HOME}",
        "IPYTHONDIR": f"{student}/{HOME}/ipython",
        "MPLCONFIGDIR": f"{student}/{HOME}/matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "TMPDIR": f"{student}/{TEMPORARY}",
        # One pool of memory for all threads, or each would claim address space of its own.
        "MALLOC_ARENA_MAX": "1",
        # The debugger's own advice about frozen modules would land in the first cell.
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def readable(runtime: Runtime, system_libraries: tuple[str, ...]) -> list[str]:
    """Return what Landlock lets a kernel read."""
    return [*policy.readable(runtime), *system_libraries, "/etc/ld.so.cache"]


def listed(runtime: Runtime) -> list[str]:
    """Return folders whose entries' names Landlock lets a kernel read: imports look there."""
    stdlib = {path.rpartition("/")[0] for path in runtime.stdlib}
    return sorted({*stdlib, *runtime.site.split(":")})


def command(runtime: Runtime, package: str, control: int) -> list[str]:
    """Return the command that becomes a kernel; `package` is the folder that holds worker/."""
    return policy.python_command(runtime, package, control, MODULE)


def mounts(runtime: Runtime, links: dict[str, str], file_bytes: int) -> list[str]:
    """Return what bubblewrap mounts: nothing of the host can be written.

    STUDENT is a file system in memory that holds `file_bytes`.
    """
    # Open to all: the kernel gives up root before it writes.
    student = ["--perms", "0777", "--size", str(file_bytes), "--tmpfs", STUDENT]
    sealed = policy.sealed(runtime)
    return [*policy.read_only_mounts(runtime, links), *student, *sealed, "--chdir", STUDENT]
