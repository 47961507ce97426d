"""Lock this process in, then run a compiler, and hand out what it makes.

The only line on the control socket (a stream, number in argv) comes from the grader and is
followed by the contents of `files`, one after the other:

    {"uid", "gid", "executable", "readable", "writable", "landlock", "seccomp", "limits", "folder",
     "files": [[path, size]…], "commands", "made": [path…], "seconds", "most_said", "most_made"}
      -> {"layers"} or {"error"}; then {"status", "said": size, "made": [size…]} and all of these

`commands` are run in `folder` one after the other, up to the first that fails; `status` is the exit
status of the last one that ran, None where the seconds of all of them were over. `made` are files
there, whose contents come back.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import time
from io import BufferedRWPair
from pathlib import Path
from typing import Any

from . import lockdown

_SAID = ".said"


def _lock(hello: dict[str, Any]) -> list[str]:
    layers = []
    if hello["uid"] is not None:
        lockdown.drop_identity(hello["uid"], hello["gid"])
        layers.append("own user")
    lockdown.guard_process()
    if hello["landlock"]:
        version = lockdown.restrict_files(
            hello["readable"], hello["writable"], executable=hello["executable"]
        )
        layers.append(f"landlock {version}")
    lockdown.limit_resources(hello["limits"])
    if hello["seccomp"]:
        lockdown.filter_system_calls(base64.b64decode(hello["seccomp"]))
    return layers


def _write_files(folder: Path, entries: list[tuple[str, int]], contents: BufferedRWPair) -> None:
    for name, size in entries:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents.read(size))


def _run(hello: dict[str, Any], folder: Path) -> int | None:
    until = time.monotonic() + hello["seconds"]
    status = 0
    with (folder / _SAID).open("wb") as said:
        for command in hello["commands"]:
            process = subprocess.Popen(  # noqa: S603 - the compiler, no shell
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
            try:
                status = process.wait(until - time.monotonic())
            except subprocess.TimeoutExpired:
                return None
            if status:
                break
    return status


def _start_of(path: Path, most: int) -> bytes:
    """Return the file's contents, so much of them; nothing where there is no such file."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError:
        return b""


def main() -> None:
    """Start from `python … CONTROL_FD`."""
    control = socket.socket(fileno=int(sys.argv[1]))
    stream = control.makefile("rwb")
    hello = json.loads(stream.readline())
    folder = Path(hello["folder"])
    try:
        layers = _lock(hello)
    except OSError as error:
        stream.write(json.dumps({"error": str(error)}).encode() + b"\n")
        stream.flush()
        return
    stream.write(json.dumps({"layers": layers}).encode() + b"\n")
    stream.flush()
    _write_files(folder, hello["files"], stream)
    status = _run(hello, folder)
    said = _start_of(folder / _SAID, hello["most_said"])
    # One byte more than may be made, so that it is seen to be too much.
    made = [_start_of(folder / path, hello["most_made"] + 1) for path in hello["made"]]
    answer = {"status": status, "said": len(said), "made": list(map(len, made))}
    stream.write(json.dumps(answer).encode() + b"\n" + said + b"".join(made))
    stream.flush()
    os._exit(0)  # with whatever still runs: nobody waits for it


if __name__ == "__main__":
    main()
