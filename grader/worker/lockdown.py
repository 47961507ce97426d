"""Give up, for good, everything a worker does not need: rights, files, memory, system calls.

The kernel interfaces are called directly; the sandbox holds no third-party library but NumPy.
Sources: landlock(7), seccomp(2), capabilities(7), and the kernel's uapi headers.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from collections.abc import Iterable, Mapping

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_SIGKILL = 9

# The numbers are the same on every architecture.
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_LANDLOCK_RULE_PATH_BENEATH = 1
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_WRITE_FILE, _TRUNCATE = 1 << 1, 1 << 14
# Make and remove regular files and folders, and move them between folders. No devices, sockets,
# pipes or links, and nothing may be executed.
_CHANGE_DIR = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 13
# How many file rights each ABI version of Landlock knows (bits from 0 upward).
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_ALL_TCP = 0b11  # bind, connect: since ABI 4
_ALL_SCOPES = 0b11  # abstract unix sockets, signals: since ABI 6

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _prctl(option: int, *arguments: object) -> None:
    _checked(_libc.prctl(option, *arguments), f"prctl {option}")


def drop_identity(uid: int, gid: int) -> None:
    """Become an unused user for good; needs CAP_SETUID and CAP_SETGID and loses them."""
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def guard_process() -> None:
    """Die with the parent, allow no tracing and no new privileges."""
    _prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(_SIGKILL), 0, 0, 0)
    _prctl(_PR_SET_DUMPABLE, ctypes.c_ulong(0), 0, 0, 0)
    _prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0)


def landlock_version() -> int:
    """Return the ABI version of Landlock, 0 where the kernel has none."""
    version: int = _libc.syscall(
        _LANDLOCK_CREATE_RULESET,
        None,
        ctypes.c_size_t(0),
        ctypes.c_uint(_LANDLOCK_CREATE_RULESET_VERSION),
    )
    return max(0, version)


def restrict_files(
    readable: Iterable[str],
    writable: Iterable[str] = (),
    listed: Iterable[str] = (),
    executable: Iterable[str] = (),
) -> int:
    """Allow reading below `readable`, changes below `writable`, no other access to files.

    Of folders in `listed` the names of entries may be read; what lies below `executable` may be
    read and run. No TCP and no signals out either.

    Returns the Landlock ABI version. Raises OSError where the kernel refuses.
    """
    version = landlock_version()
    rights = (1 << _FILE_RIGHTS[max(1, min(version, 5))]) - 1
    network = _ALL_TCP if version >= 4 else 0
    scopes = _ALL_SCOPES if version >= 6 else 0
    attributes = struct.pack("<QQQ", rights, network, scopes)
    known = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _checked(
        _libc.syscall(
            _LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(known), ctypes.c_uint(0)
        ),
        "landlock_create_ruleset",
    )
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE, _READ_DIR)
        for path in listed:
            _allow(ruleset, path, 0, _READ_DIR)
        for path in executable:
            _allow(ruleset, path, _READ_FILE | _EXECUTE, _READ_DIR)
        for path in writable:
            in_files = (_READ_FILE | _WRITE_FILE | _TRUNCATE) & rights
            _allow(ruleset, path, in_files, (_READ_DIR | _CHANGE_DIR) & rights)
        _prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0)
        _checked(
            _libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, ctypes.c_uint(0)),
            "landlock_restrict_self",
        )
    finally:
        os.close(ruleset)
    return version


def _allow(ruleset: int, path: str, in_files: int, in_folders: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # a path this user cannot even name needs no rule
        return
    try:
        rights = in_files | (in_folders if os.path.isdir(path) else 0)  # noqa: PTH112
        rule = struct.pack("<Qi", rights, descriptor)
        _checked(
            _libc.syscall(
                _LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_RULE_PATH_BENEATH, rule, ctypes.c_uint(0)
            ),
            "landlock_add_rule",
        )
    finally:
        os.close(descriptor)


def limit_resources(limits: Mapping[str, int]) -> None:
    """Set rlimits by name (`"AS"`, `"CPU"`, …); never above what is already in force."""
    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is None:
            continue
        _, hard = resource.getrlimit(kind)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))


def close_descriptors(keep: int) -> None:
    """Close every file descriptor from `keep` on."""
    os.closerange(keep, os.sysconf("SC_OPEN_MAX") if os.name == "posix" else keep)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def filter_system_calls(program: bytes) -> None:
    """Install a compiled seccomp filter; it holds until the process ends."""
    _prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0)
    compiled = _Program(len(program) // 8, program)
    _prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.byref(compiled))
