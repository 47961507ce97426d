"""What a worker may do, as data. Nothing here starts a process or looks at the machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

# How strong walls can be, from the strongest down; see sandbox/tier.py.
TIERS = ("strong", "good", "weak")

# Where code is timed: one thread, and memory that was freed stays with the process (glibc would
# give large pieces back, sooner or later). After the first calls what a timed call costs is its
# arithmetic, not the system's work for fresh pages, and does not depend on what was allocated
# before.
STEADY = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
}

# The same hash order in every run, and nothing of the grader's own environment.
ENVIRONMENT = {
    **STEADY,
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
}

# Where the folder that holds worker/ is inside the walls.
PACKAGE = "/grader"

# Makes grader.worker importable, and nothing else of the package: argv is the module to run, the
# folder that holds worker/, the folder or folders that hold numpy/ and others, and the control
# socket.
_BOOTSTRAP = """
import runpy, sys, types
module = sys.argv.pop(1)
package = types.ModuleType("grader")
package.__path__ = [sys.argv.pop(1)]
sys.modules["grader"] = package
sys.path += sys.argv.pop(1).split(":")
runpy.run_module(module, run_name="__main__")
"""

# What a NumPy worker needs once its files are loaded; everything else is refused with EPERM.
SYSTEM_CALLS = frozenset(
    """
    read write readv writev pread64 pwrite64 preadv close close_range
    fstat lseek poll ppoll select pselect6 mmap mprotect munmap mremap brk madvise msync mincore
    rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall
    pipe pipe2 dup dup2 dup3 sched_yield nanosleep getpid gettid getppid getpgrp
    exit exit_group uname fsync getcwd umask gettimeofday getrlimit getrusage sysinfo times getuid
    getgid geteuid getegid time futex epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait
    set_tid_address set_robust_list getcpu getrandom membarrier rseq arch_prctl mbind set_mempolicy
    get_mempolicy
    """.split()
)
# Calls that take a path: harmless behind Landlock, refused where there is none.
PATH_CALLS = frozenset(
    """
    open openat access faccessat faccessat2 stat lstat newfstatat statx readlink readlinkat
    getdents getdents64
    """.split()
)
# C libraries try these first and fall back when the kernel does not know them.
UNKNOWN_CALLS = frozenset("clone3 openat2 io_uring_setup io_uring_enter".split())
# Clocks by name; the others are CPU times of processes, anybody's.
_CLOCKS = tuple(range(12))
# Allowed for these values of one argument only: call -> (argument, values).
ARGUMENT_CALLS: dict[str, tuple[int, tuple[int, ...]]] = {
    "fcntl": (1, (0, 1, 2, 3, 4, 1030)),  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, cloexec
    "ioctl": (1, (0x5401, 0x541B, 0x5413, 0x5450, 0x5451)),  # TCGETS FIONREAD TIOCGWINSZ FIO(N)CLEX
    "prctl": (0, (15, 16, 3)),  # PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE
    "prlimit64": (0, (0,)),  # its own limits, which it cannot raise
    "sched_getaffinity": (0, (0,)),  # its own
    "clock_gettime": (0, _CLOCKS),
    "clock_getres": (0, _CLOCKS),
    "clock_nanosleep": (0, _CLOCKS),
}
# O_ACCMODE, O_CREAT, O_TRUNC, O_PATH and what is O_TMPFILE's own: a worker opens to read. Landlock
# before its third version lets everybody cut a file short that may be read.
_NOT_TO_READ = 0o3 | 0o100 | 0o1000 | 0o10000000 | 0o20000000
# Allowed where an argument, masked, has one of some values: call -> (argument, mask, values).
OPEN_CALLS = {"open": (1, _NOT_TO_READ, (0,)), "openat": (2, _NOT_TO_READ, (0,))}


@dataclass(frozen=True)
class Runtime:
    """Where the interpreter and what it needs lie; absolute paths.

    `roots` are mounted as they are, `masked` are folders below them that are hidden (installed
    packages, the grader itself), `libraries` are package folders put back (NumPy and what the
    assignment allows), all below `site` (for a kernel several folders, joined by colons).
    `stdlib` lists what may be read of the standard library. `shelf` is a folder from which workers
    load what was built of their hand-in, "" where nothing is built; `environment` comes on top of
    the usual one.
    """

    executable: str
    roots: tuple[str, ...]
    masked: tuple[str, ...]
    stdlib: tuple[str, ...]
    site: str
    libraries: tuple[str, ...]
    worker: str
    shelf: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Walls:
    """Which layers stand around a worker."""

    bubblewrap: bool
    landlock: bool
    seccomp: bool

    @property
    def layers(self) -> list[str]:
        """Names of the layers, outermost first; resource limits are always there."""
        named = {
            "bubblewrap": self.bubblewrap,
            "landlock": self.landlock,
            "seccomp": self.seccomp,
        }
        return [name for name, stands in named.items() if stands] + ["rlimits"]


def allowed_calls(walls: Walls) -> frozenset[str]:
    """Return the system calls that are allowed whatever their arguments."""
    return SYSTEM_CALLS | PATH_CALLS - set(OPEN_CALLS) if walls.landlock else SYSTEM_CALLS


def calls_by_argument(walls: Walls) -> dict[str, tuple[int, int, tuple[int, ...]]]:
    """Return the calls that are allowed for some arguments: call -> (argument, mask, values)."""
    plain = {name: (arg, 0xFFFFFFFF, values) for name, (arg, values) in ARGUMENT_CALLS.items()}
    return plain | OPEN_CALLS if walls.landlock else plain


def readable(runtime: Runtime) -> list[str]:
    """Return what Landlock lets a worker read: standard library, allowed libraries, two devices."""
    shelf = [runtime.shelf] if runtime.shelf else []
    return [*runtime.stdlib, *runtime.libraries, *shelf, "/dev/null", "/dev/urandom"]


def worker_limits(
    memory_bytes: int, base_bytes: int, data_bytes: int, cpu_seconds: float
) -> dict[str, int]:
    """Return rlimits of one worker.

    `base_bytes` is the address space that it starts with, `data_bytes` its own memory in it. Either
    may grow by `memory_bytes`: with sanitizers most of the address space is reserved beforehand.
    """
    return {
        "AS": base_bytes + memory_bytes,
        "DATA": data_bytes + memory_bytes,
        "CPU": int(cpu_seconds) + 1,
        "FSIZE": 0,
        "NOFILE": 32,
        "CORE": 0,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
        "NPROC": 64,
    }


def python_command(
    runtime: Runtime, package: str, control: int, module: str = "grader.worker"
) -> list[str]:
    """Return the command of the zygote, or of another module of the worker.

    `package` is the folder that holds worker/.
    """
    options = ["-S", "-P", "-s", "-B", "-X", "utf8"]
    return [
        runtime.executable,
        *options,
        "-c",
        _BOOTSTRAP,
        module,
        package,
        runtime.site,
        str(control),
    ]


def _parents(paths: Sequence[str]) -> list[str]:
    found = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
    return sorted(found - {"/"})


def namespaces(bwrap: str, *, as_root: bool) -> list[str]:
    """Return the start of a bubblewrap command: namespaces of its own, no rights.

    A real root makes the namespaces without a user namespace and keeps just the rights to change
    user, which the process inside uses at once: in a user namespace the kernel would still know
    it as root.
    """
    command = [bwrap, "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-net"]
    command += ["--unshare-cgroup-try", "--hostname", "sandbox", "--die-with-parent"]
    command += ["--new-session", "--cap-drop", "ALL"]
    if as_root:
        return [*command, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return [*command, "--unshare-user", "--uid", "65534", "--gid", "65534"]


def read_only_mounts(runtime: Runtime, links: dict[str, str]) -> list[str]:
    """Return the mounts that a runtime needs, none of them writable.

    `links` are the top-level symbolic links of the system (/lib -> usr/lib).
    """
    command = []
    mounts = ["/usr", *(root for root in runtime.roots if not root.startswith("/usr/"))]
    devices = ("/dev/null", "/dev/urandom")
    shelf = [runtime.shelf] if runtime.shelf else []
    bound = [*mounts, *runtime.libraries, f"{PACKAGE}/worker", *shelf, *devices]
    # bubblewrap makes the parents of a mount readable by its owner alone.
    for parent in _parents(bound):
        if not any(PurePosixPath(parent).is_relative_to(mount) for mount in mounts):
            command += ["--perms", "0755", "--dir", parent]
    for mount in mounts:
        command += ["--ro-bind", mount, mount]
    for path, target in links.items():
        command += ["--symlink", target, path]
    command += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for path in runtime.masked:
        command += ["--tmpfs", path]
    for path in (*runtime.libraries, *shelf):
        command += ["--ro-bind", path, path]
    command += ["--ro-bind", runtime.worker, f"{PACKAGE}/worker"]
    for device in devices:
        command += ["--dev-bind", device, device]
    return command


def sealed(runtime: Runtime) -> list[str]:
    """Return what makes the folders read-only that bubblewrap made to mount things in."""
    return [word for path in ("/", *runtime.masked) for word in ("--remount-ro", path)]


def bubblewrap_command(
    bwrap: str, runtime: Runtime, links: dict[str, str], control: int, *, as_root: bool
) -> list[str]:
    """Return the command that starts the zygote in namespaces of its own, nothing writable."""
    command = [*namespaces(bwrap, as_root=as_root), *read_only_mounts(runtime, links)]
    command += [*sealed(runtime), "--chdir", "/"]
    for name, value in runtime.environment.items():
        command += ["--setenv", name, value]
    return [*command, "--", *python_command(runtime, PACKAGE, control)]
