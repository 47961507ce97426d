"""What a kernel is started with: walls, libraries, limits, files, and the first message to it."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from grader.core.errors import SandboxError
from grader.sandbox import kernel_policy, runtime
from grader.sandbox.fonts import font_cache
from grader.sandbox.kernel_policy import KernelLimits
from grader.sandbox.policy import PACKAGE, Runtime, Walls, namespaces
from grader.sandbox.seccomp import compile_calls
from grader.sandbox.zygote import unused_uid

# What the kernel shortens text and leaves out pictures at, so that messages stay below
# MESSAGE_BYTES: a character of text may take six bytes in JSON.
_TEXT_CHARS, _PICTURE_CHARS = 512 << 10, 4 << 20
MESSAGE_BYTES = 12 << 20


@dataclass(frozen=True)
class Surroundings:
    """What stands around the kernels of an assignment.

    `allowed` are third-party modules besides NumPy and Matplotlib; `keep_out` are folders that
    must not be seen should they lie below the interpreter's. Raises SandboxError for walls that
    cannot hold a kernel.
    """

    walls: Walls
    allowed: tuple[str, ...] = ()
    keep_out: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        if not kernel_policy.can_hold(self.walls):
            raise SandboxError(
                "a notebook needs bubblewrap or Landlock around its kernel, and neither is here"
            )

    @property
    def runtime(self) -> Runtime:
        """Where interpreter and libraries are."""
        return runtime.find_kernel_runtime(self.allowed, self.keep_out)


@dataclass(frozen=True)
class KernelPlan:
    """What one kernel is started with; paths of `files` are relative to its workspace."""

    around: Surroundings
    files: Mapping[str, bytes]
    limits: KernelLimits

    def __post_init__(self) -> None:
        for path in map(PurePosixPath, self.files):
            if path.is_absolute() or ".." in path.parts or not path.parts:
                raise ValueError(f"not a path inside a workspace: {path}")


def command(plan: KernelPlan, control: int) -> list[str]:
    """Return the command that becomes a kernel; `control` is its socket to the grader."""
    where = plan.around.runtime
    if not plan.around.walls.bubblewrap:
        return kernel_policy.command(where, str(Path(where.worker).parent), control)
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxError("bubblewrap is not installed")
    return [
        *namespaces(bwrap, as_root=os.geteuid() == 0),
        *kernel_policy.mounts(where, runtime.top_level_links(), plan.limits.file_bytes),
        "--",
        *kernel_policy.command(where, PACKAGE, control),
    ]


def greeting(
    plan: KernelPlan, student: str, connection: Mapping[str, Any], sockets: Mapping[str, int]
) -> tuple[dict[str, Any], list[bytes]]:
    """Return the message that grader/worker/kernel.py waits for, and what follows it.

    `student` is the folder that the kernel may write; `sockets` are its descriptors by address.
    """
    where, walls = plan.around.runtime, plan.around.walls
    caches = {f"{kernel_policy.HOME}/{name}": data for name, data in font_cache().items()}
    uid = unused_uid() if os.geteuid() == 0 else None
    key = connection["key"]
    message = {
        "uid": uid,
        "gid": uid,
        "readable": kernel_policy.readable(where, runtime.system_libraries()),
        "writable": [student, "/dev/null"],
        "listed": kernel_policy.listed(where),
        "landlock": walls.landlock,
        "seccomp": base64.b64encode(_program() if walls.seccomp else b"").decode(),
        "limits": kernel_policy.rlimits(plan.limits),
        "student": student,
        "workspace": kernel_policy.WORKSPACE,
        "caches": [(name, len(data)) for name, data in caches.items()],
        "files": [(name, len(data)) for name, data in plan.files.items()],
        "connection": {**connection, "key": key.decode() if isinstance(key, bytes) else key},
        "sockets": dict(sockets),
        "without": sorted(kernel_policy.WITHOUT),
        "chars": [_TEXT_CHARS, _PICTURE_CHARS],
    }
    return message, [*caches.values(), *plan.files.values()]


def _program() -> bytes:
    return compile_calls(
        kernel_policy.SYSTEM_CALLS, kernel_policy.ARGUMENT_CALLS, kernel_policy.PRETENDED_CALLS
    )
