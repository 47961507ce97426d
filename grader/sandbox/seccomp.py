"""Compile the list of system calls to a program for the kernel, by libseccomp."""

from __future__ import annotations

import errno
import functools
import tempfile
from collections.abc import Iterable, Mapping
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
    """Return the program for a worker behind `walls`, in the kernel's format."""
    return compile_calls(policy.allowed_calls(walls), policy.calls_by_argument(walls))


def compile_calls(
    allowed: Iterable[str],
    by_argument: Mapping[str, tuple[int, int, Iterable[int]]],
    pretended: Iterable[str] = (),
) -> bytes:
    """Return a program, in the kernel's format, that lets `allowed` calls through.

    `by_argument` are allowed where an argument, masked, has one of some values: call -> (argument,
    mask, values). `pretended` seem to succeed and do nothing. Other architectures' system calls
    kill; calls that are not listed fail with EPERM. Raises SandboxError without libseccomp.
    """
    seccomp = _libseccomp()
    program = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in allowed:
        _add(seccomp, program, seccomp.ALLOW, name)
    for name in policy.UNKNOWN_CALLS:
        _add(seccomp, program, seccomp.ERRNO(errno.ENOSYS), name)
    for name in pretended:
        _add(seccomp, program, seccomp.ERRNO(0), name)
    for name, (argument, mask, values) in by_argument.items():
        for value in values:
            matches = seccomp.Arg(argument, seccomp.MASKED_EQ, mask, value)
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
