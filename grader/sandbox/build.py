"""Compile what a student wrote, inside walls."""

from __future__ import annotations

import base64
import contextlib
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.core.errors import SandboxError
from grader.sandbox import build_policy, policy, runtime
from grader.sandbox.build_policy import BuildLimits
from grader.sandbox.policy import Walls
from grader.sandbox.seccomp import compile_calls
from grader.sandbox.zygote import unused_uid

# What starting, locking in and sending take beside the compiler's own time.
_MORE_SECONDS = 20.0


@dataclass(frozen=True)
class Built:
    """What came of a build: by path what it `made`, as far as it was made.

    `status` is the exit status of the last command that ran, None where the time was over; `said`
    are the words of all of them.
    """

    status: int | None
    said: bytes
    made: dict[str, bytes]


def build(
    walls: Walls,
    files: Mapping[str, bytes],
    commands: Sequence[Sequence[str]],
    made: Sequence[str],
    limits: BuildLimits,
) -> Built:
    """Run commands of a compiler over files by path; nothing of it is left afterwards.

    Commands begin with an absolute path; those after one that fails are not run. Raises
    SandboxError where the walls cannot be put up, or the build ends without an answer.
    """
    where = runtime.find_runtime()
    with _folder(walls) as folder, tempfile.TemporaryFile() as log:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                    _command(walls, where, limits, theirs.fileno()),
                    env=build_policy.environment(folder),
                    cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    pass_fds=(theirs.fileno(),), start_new_session=True,
                )  # fmt: skip
            try:
                ours.settimeout(limits.seconds + _MORE_SECONDS)
                hello = _hello(walls, folder, files, limits) | {
                    "commands": list(map(list, commands)), "made": list(made),
                }  # fmt: skip
                return _talk(ours, hello, files.values())
            except (OSError, ValueError) as error:
                log.seek(0)
                words = log.read().decode(errors="replace").strip().splitlines()
                why = words[-1] if words else str(error)
                raise SandboxError(f"a build came to nothing: {why}") from None
            finally:
                # Whatever the compiler started is in its session.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextlib.contextmanager
def _folder(walls: Walls) -> Iterator[str]:
    """Yield the folder that the build may write, as the build calls it."""
    if walls.bubblewrap:
        yield build_policy.FOLDER
        return
    with tempfile.TemporaryDirectory(prefix="grader-build-") as made:
        if os.geteuid() == 0:
            os.chown(made, unused_uid(), unused_uid())
        yield made


def _command(walls: Walls, where: policy.Runtime, limits: BuildLimits, control: int) -> list[str]:
    if not walls.bubblewrap:
        package = str(Path(where.worker).parent)
        return policy.python_command(where, package, control, build_policy.MODULE)
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxError("bubblewrap is not installed")
    return [
        *policy.namespaces(bwrap, as_root=os.geteuid() == 0),
        *build_policy.mounts(where, runtime.top_level_links(), limits),
        "--",
        *policy.python_command(where, policy.PACKAGE, control, build_policy.MODULE),
    ]


def _hello(
    walls: Walls, folder: str, files: Mapping[str, bytes], limits: BuildLimits
) -> dict[str, Any]:
    uid = unused_uid() if os.geteuid() == 0 else None
    return {
        "uid": uid,
        "gid": uid,
        "executable": [*build_policy.EXECUTABLE, *runtime.system_libraries()],
        "readable": [*build_policy.READABLE, "/dev/null", "/dev/urandom"],
        "writable": [folder, "/dev/null"],
        "landlock": walls.landlock,
        "seccomp": base64.b64encode(_program() if walls.seccomp else b"").decode(),
        "limits": build_policy.rlimits(limits),
        "folder": folder,
        "files": [(name, len(content)) for name, content in files.items()],
        "seconds": limits.seconds,
        "most_said": limits.said_bytes,
        "most_made": limits.file_bytes,
    }


@functools.lru_cache(maxsize=1)
def _program() -> bytes:
    return compile_calls(
        build_policy.SYSTEM_CALLS, build_policy.ARGUMENT_CALLS, build_policy.PRETENDED_CALLS
    )


def _talk(control: socket.socket, hello: Mapping[str, Any], contents: Iterable[bytes]) -> Built:
    """Say what is to be built, and take in what came of it."""
    with control.makefile("rwb") as stream:
        stream.write(json.dumps(hello).encode() + b"\n")
        stream.flush()
        layers = json.loads(stream.readline())
        if "error" in layers:
            raise ValueError(layers["error"])
        for content in contents:
            stream.write(content)
        stream.flush()
        answer = json.loads(stream.readline())
        said = stream.read(answer["said"])
        made = {
            path: stream.read(size)
            for path, size in zip(hello["made"], answer["made"], strict=True)
        }
    return Built(
        answer["status"], said, {path: content for path, content in made.items() if content}
    )
