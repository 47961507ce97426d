"""Start a zygote behind its walls and have it fork workers."""

from __future__ import annotations

import base64
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from grader.core.errors import SandboxError
from grader.sandbox import policy, runtime
from grader.sandbox.seccomp import compile_filter

_START_SECONDS = 60.0
_MAX_CONTROL = 1 << 20
# Used for the address space a zygote starts with where the system does not tell.
_USUAL_BASE = 800 << 20


def unused_uid() -> int:
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    return next(uid for uid in range(61_000, 62_000) if uid not in taken)


def _pid_of(pidfd: int) -> int | None:
    """Return the process id in our own namespace, whatever the worker's namespace calls it."""
    try:
        lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines()
    except OSError:
        return None
    pids = [int(line.split()[1]) for line in lines if line.startswith("Pid:")]
    return pids[0] if pids and pids[0] > 0 else None


def _address_space(pid: int | None) -> tuple[int, int]:
    """Return the bytes of a process's address space, and of its own memory in it."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()
        size, data = int(pages[0]), int(pages[5])
    except (OSError, ValueError, IndexError):
        return _USUAL_BASE, _USUAL_BASE
    return size * os.sysconf("SC_PAGESIZE"), data * os.sysconf("SC_PAGESIZE")


@dataclass
class Birth:
    """A worker that has been asked for; unknown until the zygote answers.

    `worker` is its id for `kill`, `reap` and `discard`; `pid` its process id as we see it.
    """

    worker: int | None = None
    pidfd: int | None = None
    pid: int | None = None


class Zygote:
    """A process that holds NumPy and no student code, and forks a worker in milliseconds.

    A context manager; leaving it ends the zygote and every worker with it.
    """

    def __init__(self, walls: policy.Walls, where: policy.Runtime) -> None:
        self.walls = walls
        self.runtime = where
        self.layers: list[str] = []
        self.base_bytes = self.base_data_bytes = _USUAL_BASE
        self._unborn: deque[Birth] = deque()
        self._killed: list[int] = []
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the zygote
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_START_SECONDS)
        try:
            with theirs:  # closed here too, so that a zygote that ends at once is heard of
                self._process = self._start(theirs)
            self._greet()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether the zygote still runs."""
        return self._process.poll() is None

    def _start(self, theirs: socket.socket) -> subprocess.Popen[bytes]:
        control = theirs.fileno()
        if self.walls.bubblewrap:
            bwrap = shutil.which("bwrap")
            if bwrap is None:
                raise SandboxError("bubblewrap is not installed")
            command = policy.bubblewrap_command(
                bwrap, self.runtime, runtime.top_level_links(), control, as_root=os.geteuid() == 0
            )
            environment = policy.ENVIRONMENT
        else:
            package = str(Path(self.runtime.worker).parent)
            command = policy.python_command(self.runtime, package, control)
            environment = {**policy.ENVIRONMENT, **self.runtime.environment}
        return subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            command,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            pass_fds=(control,),
            start_new_session=True,
        )

    def _greet(self) -> None:
        drop = os.geteuid() == 0 and (self.walls.bubblewrap or sys.platform == "linux")
        uid = unused_uid() if drop else None
        program = compile_filter(self.walls) if self.walls.seccomp else b""
        hello = {
            "uid": uid,
            "gid": uid,
            "readable": policy.readable(self.runtime) if self.walls.landlock else None,
            "seccomp": base64.b64encode(program).decode(),
        }
        answer, pidfd = self._ask(hello)
        if "error" in answer:
            raise SandboxError(f"the walls could not be put up: {answer['error']}")
        own_user = [layer for layer in answer["layers"] if layer == "own user"]
        self.layers = self.walls.layers + own_user
        if pidfd is not None:
            self.base_bytes, self.base_data_bytes = _address_space(_pid_of(pidfd))
            os.close(pidfd)

    def _ask(self, message: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
        while self._unborn:
            self._attend_birth()
        self._tell(message)
        return self._hear()

    def _tell(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)
        except OSError:
            raise SandboxError(f"the zygote ended: {self._last_words()}") from None

    def _hear(self) -> tuple[dict[str, Any], int | None]:
        try:
            data, received, _, _ = socket.recv_fds(self._control, _MAX_CONTROL, 1)
        except TimeoutError:
            raise SandboxError("the zygote does not answer") from None
        except ConnectionError:
            data, received = b"", []
        if not data:
            raise SandboxError(f"the zygote ended: {self._last_words()}")
        answer: dict[str, Any] = json.loads(data)
        return answer, received[0] if received else None

    def _attend_birth(self) -> None:
        answer, pidfd = self._hear()
        birth = self._unborn.popleft()
        birth.worker, birth.pidfd = answer["pid"], pidfd
        birth.pid = None if pidfd is None else _pid_of(pidfd)

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def fork(self, descriptors: Sequence[int], limits: dict[str, int]) -> Birth:
        """Have a worker forked, without waiting for it.

        `descriptors` are its channel, its output and, where there is any, memory to share.
        """
        self._tell({"op": "fork", "limits": limits, "killed": self._killed}, descriptors)
        self._killed = []
        birth = Birth()
        self._unborn.append(birth)
        return birth

    def await_birth(self, birth: Birth) -> None:
        """Wait until a worker is there."""
        while birth.worker is None:
            self._attend_birth()

    def kill(self, worker: int) -> None:
        """Send SIGKILL to a worker that has not been reaped."""
        self._ask({"op": "kill", "pid": worker})

    def discard(self, worker: int) -> None:
        """Have a worker that has been killed reaped in the zygote's own time."""
        self._killed.append(worker)

    def reap(self, worker: int) -> int:
        """Wait for a worker that has ended or been killed; return its wait status."""
        return int(self._ask({"op": "reap", "pid": worker})[0]["status"])

    def pin(self, worker: int, core: int) -> None:
        """Have a worker run on one core alone, where the system allows it."""
        self._ask({"op": "pin", "pid": worker, "core": core})

    def close(self) -> None:
        """End the zygote and all it forked."""
        self._control.close()
        process = getattr(self, "_process", None)
        if process is not None:
            try:
                process.wait(2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()
