"""The zygote: imports NumPy once, locks itself in, and forks a worker on each request.

It never runs student code. Its control socket (a SEQPACKET, number in argv) carries

    hello  {"uid", "gid", "readable", "seccomp"}          -> {"layers", …} with a pidfd of itself
    fork   {"op": "fork", "limits", "killed": [pid…]} with its channel, its output and maybe memory
           to share (shared.py); "killed" are workers that nobody will ask for
                                                          -> {"pid"} with a pidfd of the worker
    kill   {"op": "kill", "pid"}                          -> {}
    reap   {"op": "reap", "pid"}                          -> {"status"}
    pin    {"op": "pin", "pid", "core"}                   -> {}
"""

from __future__ import annotations

import base64
import contextlib
import faulthandler
import gc
import importlib
import json
import os
import random
import signal
import socket
import sys
from typing import Any

import numpy as np

from . import attempts, load_python, lockdown, serve, wire
from .numpy_names import restore_old_names
from .shared import SharedMemory

# Imported here because files may be out of reach once the walls stand. Names only: which of them
# exist depends on the version of Python and NumPy.
_PRELOAD = """
abc argparse array ast base64 bisect builtins cmath collections collections.abc contextlib copy
csv dataclasses decimal datetime enum fractions functools glob hashlib heapq importlib inspect io
itertools json linecache logging math numbers operator os pathlib pdb pickle platform pprint
queue random re shutil statistics string struct sys tempfile textwrap threading time timeit
traceback types typing unittest uuid warnings weakref
numpy.fft numpy.linalg numpy.ma numpy.matlib numpy.polynomial numpy.random numpy.testing
numpy.lib.stride_tricks
""".split()

_MAX_CONTROL = 1 << 20
# How many objects of each size fill the gaps of the allocator; more saved no more.
_FILLERS = 200
_fillers: list[bytes] = []
_REPLY_DESCRIPTOR = 3


def _preload() -> None:
    for name in _PRELOAD:
        try:
            importlib.import_module(name)
        except Exception:  # noqa: BLE001, S112 - numpy.matlib warns, some may be gone
            continue
    restore_old_names()
    # NumPy's old interface hands this state on to every worker.
    np.random.seed(0)  # noqa: NPY002 - hand-ins use it


# Our own lines, to rehearse with: what they use is then warm in every worker.
_REHEARSAL = b"""
import numpy as np

def f(x, param):
    mean, var = np.mean(x, axis=0), np.var(x, axis=0)
    var = ((x - x.mean(axis=0)) ** 2).mean(axis=0) + 0 * x.var(axis=0, keepdims=True)[0] + 0 * var
    x_hat = (x - mean) / np.sqrt(var + param.get("eps", 1e-5))
    param["var"] = param.get("var", np.zeros(x.shape[1], dtype=x.dtype)) + var.copy()
    param["mean"] = 0.9 * param.get("mean", np.zeros(x.shape[1])) + 0.1 * mean
    out = np.sum(x_hat * np.dot(x_hat, np.ones((x.shape[1], 1))), axis=1, keepdims=True)
    return np.zeros_like(x) + out * np.ones_like(x), (x_hat, mean, var)
"""


def _rehearse(*, loads: int, calls: int) -> None:
    """Load and call a hand-in of our own, through frames, and forget it.

    The interpreter adapts its bytecode to what it runs, by writing into it: done in the zygote,
    that costs no worker a copied page.
    """
    load = {
        "op": "load", "sources": {"rehearsal.py": np.frombuffer(_REHEARSAL, np.uint8)},
        "functions": {"f": ["rehearsal.py", [1], []]}, "path": "rehearsal.py",
        "packages": [], "allowed": [], "compiled": {}, "located": {},
        "drivers": [], "libraries": {},
    }  # fmt: skip
    for _ in range(loads):
        server = serve.Server()
        _through_frames(server, load)
        for _ in range(calls):
            arguments = (np.eye(3), {"eps": 0.1})
            _through_frames(server, {"op": "call", "function": "f", "arguments": arguments})
        if server.hand_in is not None:
            load_python.remove(server.hand_in)


def _through_frames(server: serve.Server, message: dict[str, Any]) -> None:
    head, *rest = wire.encode({"id": 0, **message})
    body = b"".join(bytes(buffer) for buffer in rest)
    request = wire.decode(head[wire.HEAD.size :], body, server.resolve)
    wire.encode({"id": 0, **server.answer(request)}, server.keep)


def _lock(hello: dict[str, Any]) -> list[str]:
    """Put up the walls that all workers share; return their names."""
    layers = []
    if hello["uid"] is not None:
        lockdown.drop_identity(hello["uid"], hello["gid"])
        layers.append("own user")
    lockdown.guard_process()
    if hello["readable"] is not None:
        version = lockdown.restrict_files(hello["readable"])
        layers.append(f"landlock {version}")
    return layers


def _worker(descriptors: list[int], limits: dict[str, int], program: bytes) -> None:
    """Become a worker: nothing open but an empty input, output and reply channel, then serve."""
    memory = SharedMemory(descriptors[2] if len(descriptors) > 2 else None)
    if len(descriptors) > 2:
        memory.map()  # while its descriptor is open
    # Both numbers may be below the ones they are moved to.
    reply, output = map(os.dup, descriptors[:2])
    for descriptor, number in ((output, 1), (output, 2), (reply, _REPLY_DESCRIPTOR)):
        os.dup2(descriptor, number)
    lockdown.close_descriptors(_REPLY_DESCRIPTOR + 1)
    lockdown.guard_process()
    lockdown.limit_resources(limits)
    # Python seeds itself anew in a child; a hand-in that draws numbers is to draw the same ones
    # each time it is graded.
    random.seed(0)
    if program:
        lockdown.filter_system_calls(program)
    attempts.watch()
    serve.serve(_REPLY_DESCRIPTOR, memory)


def _fork(request: dict[str, Any], descriptors: list[int], control: int, program: bytes) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            os.close(control)
            _worker(descriptors, request["limits"], program)
        finally:
            os._exit(0)
    return pid


def _reply(control: socket.socket, message: dict[str, Any], pid: int | None = None) -> None:
    descriptors = []
    if pid is not None and hasattr(os, "pidfd_open"):
        descriptors = [os.pidfd_open(pid)]
    socket.send_fds(control, [json.dumps(message).encode()], descriptors)
    for descriptor in descriptors:
        os.close(descriptor)


def _loop(control: socket.socket, program: bytes) -> None:
    dying: set[int] = set()
    while True:
        dying -= {pid for pid in dying if os.waitpid(pid, os.WNOHANG)[0]}
        data, descriptors, _, _ = socket.recv_fds(control, _MAX_CONTROL, 3)
        if not data:
            return
        request = json.loads(data)
        match request["op"]:
            case "fork":
                dying.update(request["killed"])
                pid = _fork(request, descriptors, control.fileno(), program)
                for descriptor in descriptors:
                    os.close(descriptor)
                _reply(control, {"pid": pid}, pid)
            case "kill":
                os.kill(request["pid"], signal.SIGKILL)
                _reply(control, {})
            case "reap":
                _, status = os.waitpid(request["pid"], 0)
                _reply(control, {"status": status})
            case "pin":
                # A core may be gone, and a worker may run on any.
                with contextlib.suppress(OSError):
                    os.sched_setaffinity(request["pid"], {request["core"]})
                _reply(control, {})


def main() -> None:
    """Start from `python … CONTROL_FD`."""
    control = socket.socket(fileno=int(sys.argv[1]))
    _preload()
    _rehearse(loads=20, calls=3)
    # The rest of the package is not for this process, should its files be readable.
    sys.modules["grader"].__path__ = []
    hello = json.loads(control.recv(_MAX_CONTROL))
    try:
        layers = _lock(hello)
    except OSError as error:
        _reply(control, {"error": str(error)})
        return
    # Pages shared with workers stay shared when the collector does not touch them, and when what
    # a worker makes does not land in gaps between what is there.
    gc.collect()
    _fillers.extend(bytes(size) for size in range(0, 480, 16) for _ in range(_FILLERS))
    gc.freeze()
    # Where a worker was when it was stopped, or died: the parent reads the line off its output.
    faulthandler.enable(file=2)
    faulthandler.register(signal.SIGUSR1, file=2, all_threads=False)
    _reply(control, {"layers": layers}, os.getpid())
    _loop(control, base64.b64decode(hello["seccomp"]))


if __name__ == "__main__":
    main()
