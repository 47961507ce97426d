"""Compile the list of system calls to a program for the kernel, by libseccomp."""

from __future__ import annotations

import errno
import functools
import tempfile
from typing import Any

from grader.core.errors import SandboxError
from grader.sandbox import policy


def _libseccomp() -> Any:
    try:
        import pyseccomp  # noqa: PLC0415 - raises where the C library is missing
    except (ImportError, RuntimeError, OSError) as error:
        raise SandboxError(f"libseccomp is not there ({error}); install libseccomp2") from None
    return pyseccomp


@functools.lru_cache(maxsize=4)
def compile_filter(walls: policy.Walls) -> bytes:
    """Return the program for a worker behind `walls`, in the kernel's format.

    Other architectures' system calls kill; calls that are not listed fail with EPERM.
    """
    seccomp = _libseccomp()
    program = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in policy.allowed_calls(walls):
        _add(seccomp, program, seccomp.ALLOW, name)
    for name in policy.UNKNOWN_CALLS:
        _add(seccomp, program, seccomp.ERRNO(errno.ENOSYS), name)
    for name, (argument, values) in policy.ARGUMENT_CALLS.items():
        for value in values:
            matches = seccomp.Arg(argument, seccomp.MASKED_EQ, 0xFFFFFFFF, value)
            _add(seccomp, program, seccomp.ALLOW, name, matches)
    with tempfile.TemporaryFile() as file:
        program.export_bpf(file)
        file.seek(0)
        return file.read()


def _add(seccomp: Any, program: Any, action: int, name: str, *arguments: Any) -> None:
    number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
    # A negative number: this architecture, or this libseccomp, has no such call.
    if number >= 0:
        program.add_rule(action, number, *arguments)
