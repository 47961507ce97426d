"""Start a Jupyter kernel behind walls, for jupyter_client to drive.

The sockets between grader and kernel are unix sockets that the grader makes, in a folder that
nobody else can enter and the kernel cannot see; the kernel is given their listening ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from grader.core.errors import SandboxError
from grader.sandbox import kernel_policy, runtime
from grader.sandbox.kernel_folder import Written, count_files, measure_folder, remove_folder
from grader.sandbox.kernel_plan import MESSAGE_BYTES, KernelPlan, command, greeting
from grader.sandbox.kernel_policy import CHANNELS
from grader.sandbox.policy import Runtime
from grader.sandbox.zygote import unused_uid

_START_SECONDS = 60.0
_MAX_ANSWER = 1 << 16
# The longest path of a unix socket on Linux, less the ending of its name.
_MAX_SOCKET_PATH = 107 - 3
# Messages that may wait for us in one channel: they may all be as long as is allowed, and one of
# many small pieces takes some thirty times its size once it is read.
_MAX_WAITING = 4


class WalledProvisioner(KernelProvisionerBase):
    """Starts one kernel behind walls and ends it."""

    def __init__(self, plan: KernelPlan, manager: AsyncKernelManager) -> None:
        super().__init__(parent=manager)
        self.plan = plan
        self.manager = manager
        self.layers: list[str] = []
        # CPU time of the kernel's process when its clock was last read.
        self.cpu_seconds = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        # Of the kernel's process, and of the folder that it may write.
        self._pidfd: int | None = None
        self._written: int | None = None
        self._listening: dict[str, socket.socket] = {}
        self._folder = ""
        # What is said before the kernel has locked itself in; after that it has no way to it.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in cleanup

    @property
    def has_process(self) -> bool:
        """Whether there is, or was, a process."""
        return self._process is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the sockets; the environment of the caller goes nowhere."""
        del kwargs
        self._folder = tempfile.mkdtemp(prefix="k-")
        if len(self._folder) + len("/s") > _MAX_SOCKET_PATH:
            shutil.rmtree(self._folder)
            self._folder = tempfile.mkdtemp(prefix="k-", dir="/tmp")
        self.manager.connection_file = f"{self._folder}/connection.json"
        for port, _ in enumerate(CHANNELS, 1):
            listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._listening[f"ipc://s-{port}"] = listening
            listening.bind(f"{self._folder}/s-{port}")
            listening.listen(8)
        return {"cmd": ["kernel"]}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel; return how to reach it. Raises SandboxError."""
        del cmd, kwargs
        control, theirs = socket.socketpair()
        control.settimeout(_START_SECONDS)
        ports = {f"{channel}_port": port for port, channel in enumerate(CHANNELS, 1)}
        connection: dict[str, Any] = {
            **self.manager.get_connection_info(),
            "transport": "ipc",
            **ports,
        }
        try:
            with theirs:
                self._process = self._start(theirs)
            await asyncio.to_thread(self._greet, control, {**connection, "ip": "s"})
        finally:
            control.close()
            for listening in self._listening.values():
                listening.close()
        return cast(KernelConnectionInfo, {**connection, "ip": f"{self._folder}/s"})

    @property
    def student(self) -> str:
        """The folder that the kernel may write, as the kernel calls it."""
        return (
            kernel_policy.STUDENT
            if self.plan.around.walls.bubblewrap
            else f"{self._folder}/student"
        )

    def _start(self, theirs: socket.socket) -> subprocess.Popen[bytes]:
        control = theirs.fileno()
        if not self.plan.around.walls.bubblewrap:
            self._make_host_folder(self.plan.around.runtime)
        given = (control, *(listening.fileno() for listening in self._listening.values()))
        return subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            command(self.plan, control),
            env=kernel_policy.environment(self.student),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            pass_fds=given,
            start_new_session=True,
        )

    def _make_host_folder(self, where: Runtime) -> None:
        Path(self.student).mkdir()
        if os.geteuid() == 0:
            hidden = runtime.hidden_from_others(where)
            if hidden:
                raise SandboxError(
                    "without bubblewrap, root starts a kernel as another user, who cannot enter "
                    f"{hidden}: use the strong tier (bubblewrap), grade as an ordinary user, or "
                    "install Python where everybody can read it"
                )
            os.chown(self.student, unused_uid(), unused_uid())
            Path(self._folder).chmod(0o711)  # to go through; sockets keep their own mode

    def _greet(self, control: socket.socket, connection: Mapping[str, Any]) -> None:
        sockets = {address: s.fileno() for address, s in self._listening.items()}
        hello, contents = greeting(self.plan, self.student, connection, sockets)
        try:
            control.sendall(json.dumps(hello).encode() + b"\n")
            for content in contents:
                control.sendall(content)
            data, received, _, _ = socket.recv_fds(control, _MAX_ANSWER, 2)
        except OSError as error:
            raise SandboxError(f"a kernel could not be started: {error}") from None
        if not data:
            raise SandboxError(f"a kernel could not be started: {self._last_words()}")
        answer = json.loads(data)
        if "error" in answer:
            raise SandboxError(f"a kernel could not be started: {answer['error']}")
        self._written, *pidfds = received
        self._pidfd = pidfds[0] if pidfds else None
        self.layers = self.plan.around.walls.layers + answer["layers"]

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it ended without a word"

    def too_much_written(self) -> str:
        """Return in which way the kernel wrote more than it may; "" if it did not."""
        limits = self.plan.limits
        if not self.plan.around.walls.bubblewrap:
            written = measure_folder(self.student, limits.file_count)
        elif self._written is not None:
            # The file system itself bounds the bytes.
            written = Written(count=count_files(self._written))
        else:
            return ""
        if written.count > limits.file_count:
            return f"it made more than {limits.file_count:,} files"
        if written.size > limits.file_bytes:
            return f"it wrote more than {limits.file_bytes >> 20} MiB"
        return "" if written.measurable else "it made folders that cannot be listed"

    def read_clock(self) -> None:
        """Read the CPU clock of the kernel; that of one that has ended stays as it was read last.

        Not by what its end leaves behind: it dies inside bubblewrap, which is killed with it and
        reaps nobody.
        """
        with contextlib.suppress(OSError):
            pid = self._pid()
            if pid is not None:
                # The clock of another process, as clock_getcpuclockid(3) computes it.
                self.cpu_seconds = max(self.cpu_seconds, time.clock_gettime(~pid << 3 | 2))

    def _pid(self) -> int | None:
        """Return the kernel's process id as we see it, None where it is gone or not known."""
        if self._pidfd is None:
            return None
        told = Path(f"/proc/self/fdinfo/{self._pidfd}").read_text(encoding="ascii")
        pids = [int(line.split()[1]) for line in told.splitlines() if line.startswith("Pid:")]
        # 0 where it is in a namespace that we do not see into, -1 where it has ended.
        return next((pid for pid in pids if pid > 0), None)

    async def poll(self) -> int | None:
        """Return the exit status, None while the kernel runs."""
        return self._process.poll() if self._process else 0

    async def wait(self) -> int | None:
        """Wait until the kernel has ended."""
        return await asyncio.to_thread(self._process.wait) if self._process else 0

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel itself, not to what stands around it."""
        with contextlib.suppress(ProcessLookupError):
            if self._pidfd is not None:
                signal.pidfd_send_signal(self._pidfd, signum)
            elif self._process is not None:
                self._process.send_signal(signum)

    async def kill(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002 - jupyter_client passes it so
        """End the kernel at once."""
        del restart
        self.read_clock()
        await self.send_signal(signal.SIGKILL)
        if self._process is not None:
            self._process.kill()

    async def terminate(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002 - jupyter_client passes it so
        """End the kernel at once: it has nothing to put in order."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002 - jupyter_client passes it so
        """Remove what belongs to this kernel on our side."""
        del restart
        for listening in self._listening.values():
            listening.close()
        self._log.close()
        for descriptor in (self._pidfd, self._written):
            if descriptor is not None:
                os.close(descriptor)
        self._pidfd = self._written = None
        if self._folder:
            with contextlib.suppress(OSError):
                remove_folder(self._folder)
            self._folder = ""


class WalledKernelManager(AsyncKernelManager):
    """jupyter_client's manager for one kernel behind walls."""

    def __init__(self, plan: KernelPlan) -> None:
        # Bounds what a kernel can make us hold; beyond it ZeroMQ drops the connection.
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, MESSAGE_BYTES)
        context.setsockopt(zmq.RCVHWM, _MAX_WAITING)
        context.setsockopt(zmq.LINGER, 0)
        super().__init__(context=context, transport="ipc", autorestart=False)
        self.walled = WalledProvisioner(plan, self)
        self.provisioner = self.walled

    def client(self, **kwargs: Any) -> AsyncKernelClient:  # type: ignore[override]  # theirs is a mixin's
        """Return a client whose sockets have our bounds; it would make a context of its own."""
        client: AsyncKernelClient = super().client(context=self.context, **kwargs)
        return client

    @property
    def kernel_spec(self) -> KernelSpec:
        """A kernel that is installed nowhere."""
        return KernelSpec(argv=["kernel"], display_name="Python 3", language="python")
