"""Lock this process in, then become a Jupyter kernel.

The only line on the control socket (a stream, number in argv) comes from the grader and is
followed by the contents of `caches` and `files`, one after the other:

    {"uid", "gid", "readable", "writable", "listed", "landlock", "seccomp", "limits", "student",
     "workspace", "caches": [[path, size]…], "files": [[path, size]…], "connection",
     "sockets": {address: fd}, "without": [module…], "chars": [of text, of a picture]}
      -> {"layers"} with the folder `student` and a pidfd of this process, or {"error"}

`sockets` listen already: the kernel takes over their descriptors and makes none itself.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import random
import socket
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import zmq
from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

from . import lockdown
from .kernel_shell import ClippedSession, StudentKernel, tell_of_network
from .numpy_names import restore_old_names


def _write_files(folder: Path, entries: list[tuple[str, int]], contents: BinaryIO) -> None:
    for name, size in entries:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents.read(size))


def _fill(hello: dict[str, Any], contents: BinaryIO) -> None:
    """Write what the grader sends below the one folder that can be written."""
    student = Path(hello["student"])
    for name in ("home", "tmp", hello["workspace"]):
        (student / name).mkdir(exist_ok=True)
    _write_files(student, hello["caches"], contents)
    _write_files(student / hello["workspace"], hello["files"], contents)
    connection = student / "home" / "connection.json"
    connection.write_text(json.dumps(hello["connection"]), encoding="utf-8")
    os.chdir(student / hello["workspace"])


def _lock(hello: dict[str, Any], contents: BinaryIO) -> list[str]:
    """Put up the walls, before any other thread is there to be left out; return their names."""
    layers = []
    if hello["uid"] is not None:
        lockdown.drop_identity(hello["uid"], hello["gid"])
        layers.append("own user")
    lockdown.guard_process()
    _fill(hello, contents)
    if hello["landlock"]:
        version = lockdown.restrict_files(hello["readable"], hello["writable"], hello["listed"])
        layers.append(f"landlock {version}")
    lockdown.limit_resources(hello["limits"])
    if hello["seccomp"]:
        lockdown.filter_system_calls(base64.b64decode(hello["seccomp"]))
    return layers


def _take_over_sockets(given: dict[str, int]) -> None:
    """Make ZeroMQ listen on descriptors that are there instead of making sockets."""
    bind, connect = zmq.Socket.bind, zmq.Socket.connect

    def bind_given(self: Any, address: str) -> Any:
        if address in given:
            self.setsockopt(zmq.USE_FD, given[address])
        elif not address.startswith("inproc:"):
            raise zmq.ZMQError(1, f"no socket was given for {address}")
        return bind(self, address)

    def connect_inside(self: Any, address: Any) -> Any:
        # The kernel's debugger would connect to the kernel; nobody debugs here.
        return connect(self, address) if "inproc:" in str(address) else None

    # ipykernel makes its sockets itself: nowhere else could it be handed those that were given.
    zmq.Socket.bind = bind_given  # type: ignore[method-assign,assignment]
    zmq.Socket.connect = connect_inside  # type: ignore[method-assign,assignment]


def _do_without(names: list[str]) -> None:
    """Have libraries that are left out count as missing, also where they are only unreadable."""
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment] # the import system's own way


def _make_kernel(hello: dict[str, Any]) -> IPKernelApp:
    config = Config()
    config.HistoryManager.enabled = False
    # The stages of a crash report, a banner and tips are for people.
    config.IPKernelApp.log_level = logging.CRITICAL
    config.IPKernelApp.kernel_class = StudentKernel
    config.Completer.use_jedi = False
    text, picture = hello["chars"]
    session = ClippedSession(max_text_chars=text, max_picture_chars=picture)
    app = IPKernelApp.instance(config=config, session=session)
    app.connection_file = str(Path(hello["student"]) / "home" / "connection.json")
    with warnings.catch_warnings():
        # There is no TCP for subprocesses to print through, and no subprocess.
        warnings.filterwarnings("ignore", message="Couldn't bind IOPub Pipe")
        app.initialize([])
    return app


def _forget_grader() -> None:
    """A hand-in may have a module of its own called `grader`; where ours lies is not its affair.

    The latter is courtesy: file names in our code still tell it to a cell that looks for them.
    """
    for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
        del sys.modules[name]
    package = Path(__file__).parents[1]
    for folder in [path for path in sys.path_importer_cache if Path(path).is_relative_to(package)]:
        del sys.path_importer_cache[folder]
    sys.orig_argv[:] = [sys.executable]


def _silence() -> None:
    """Leave no descriptor open to where start-up troubles are told."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _start(control: socket.socket) -> IPKernelApp:
    with control.makefile("rb") as stream:
        hello = json.loads(stream.readline())
        given = [os.open(hello["student"], os.O_RDONLY)]
        given += [os.pidfd_open(os.getpid())] if hasattr(os, "pidfd_open") else []
        layers = _lock(hello, stream)
    _silence()
    _take_over_sockets(hello["sockets"])
    _do_without(hello["without"])
    restore_old_names()
    app = _make_kernel(hello)
    tell_of_network(app.shell)
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - notebooks use it
    sys.argv = [""]
    sys.path.insert(0, "")  # the workspace; our own start did without it
    socket.send_fds(control, [json.dumps({"layers": layers}).encode()], given)
    for descriptor in given:
        os.close(descriptor)
    return app


def main() -> None:
    """Start from `python … CONTROL_FD`."""
    control = socket.socket(fileno=int(sys.argv[1]))
    try:
        app = _start(control)
    except BaseException:  # noqa: BLE001 - told to the grader, whatever it is
        words = traceback.format_exc().strip().splitlines()
        control.send(json.dumps({"error": words[-1]}).encode())
        os._exit(1)
    control.close()
    _forget_grader()
    app.start()


if __name__ == "__main__":
    main()
