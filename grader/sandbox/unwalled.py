"""Workers without walls, in this process: for code of our own, never for a hand-in.

The reference, correct variants and known mistakes are graded thousands of times to learn what the
checks are worth; and what the walls cost is measured against them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader.sandbox.process import Allowance, Death
from grader.worker import load_python, serve, wire

Message = dict[str, Any]
Answering = Callable[[serve.Server, Message], Message]


def directly(server: serve.Server, message: Message) -> Message:
    """Answer a request without a frame, and as if the answer had been in one."""
    if "arguments" in message:
        arguments = (
            server.resolve(each) if isinstance(each, wire.Handle) else each
            for each in message["arguments"]
        )
        message = {**message, "arguments": tuple(arguments)}
    answer = server.answer(message)
    if isinstance(answer.get("value"), tuple):
        # A NumPy scalar crosses as an array without axes.
        answer["value"] = tuple(
            np.asarray(each) if isinstance(each, np.generic) else each for each in answer["value"]
        )
    if "dicts" in answer:
        answer["dicts"] = {int(i): dict(left) for i, left in answer["dicts"].items()}
    return answer


def through_frames(server: serve.Server, message: Message) -> Message:
    """Answer a request as a worker process does: the two sides share nothing.

    What is timed goes without frames, whose cost would be counted.
    """
    if message["op"] == "prepare" or message.get("watch") is False:
        return directly(server, message)
    answer = server.answer(_decoded(wire.encode(message), server.resolve))
    try:
        frame = wire.encode(answer, server.keep)
    except Exception as error:  # noqa: BLE001 - what came back may be anything
        frame = wire.encode(server.describe(error), server.keep)
    crossed: Message = _decoded(frame, _itself)
    return crossed


def _itself(handle: wire.Handle) -> Any:
    return handle


def _decoded(frame: Sequence[wire.Buffer], resolve: Callable[[wire.Handle], Any]) -> Any:
    head, *body = frame
    return wire.decode(memoryview(head)[wire.HEAD.size :], bytearray(b"".join(body)), resolve)


class Unwalled:
    """Starts workers that live in this process; each set of files stays loaded until `forget`.

    `answer` answers a request to a server.
    """

    def __init__(self, answer: Answering = through_frames) -> None:
        self.answer = answer
        self._servers: dict[str, serve.Server] = {}

    def start(self) -> UnwalledWorker:
        """Return a worker; one that loads what was loaded before shares its modules."""
        return UnwalledWorker(self)

    def load(self, message: Message) -> tuple[serve.Server, Message]:
        """Return the server of these files, and its answer to loading them."""
        sources: Mapping[str, Any] = message["sources"]
        key = str(sorted((path, text.tobytes()) for path, text in sources.items()))
        if key in self._servers:
            return self._servers[key], import_once(self._servers[key], message["path"])
        server = self._servers[key] = serve.Server()
        answer = server.answer(message)
        # All at once: later, other files may own the names.
        for path in {path for path, *_ in message["functions"].values()}:
            import_once(server, path)
        # In this process they must not stand in for modules of the grader.
        sys.meta_path.append(sys.meta_path.pop(0))
        return server, answer

    def forget(self) -> None:
        """Unload everything."""
        for server in self._servers.values():
            if server.hand_in is not None:
                load_python.remove(server.hand_in)
        self._servers.clear()


def import_once(server: serve.Server, path: str) -> Message:
    """Import a file into a server that may have it already."""
    if path in server.modules:
        return {"status": "loaded", "absent": [], "compiled": {}}
    return server.answer({"op": "import", "path": path})


class UnwalledWorker:
    """Has the face of a worker process; answers are made where they are asked for."""

    def __init__(self, home: Unwalled) -> None:
        self._home = home
        self._server = serve.Server()
        self._message: Message = {}
        self._used = 0.0

    def begin(self, message: Message) -> None:
        """Take a request."""
        self._message = message

    def finish(self, allowance: Allowance) -> Message | Death:
        """Answer the request."""
        del allowance
        before = time.process_time()
        try:
            return self._answer()
        finally:
            self._used += time.process_time() - before

    def _answer(self) -> Message | Death:
        match self._message["op"]:
            case "load":
                self._server, answer = self._home.load(self._message)
            case "import":
                answer = import_once(self._server, self._message["path"])
            case _:
                answer = self._home.answer(self._server, self._message)
        return answer

    def cpu_seconds(self) -> float:
        """CPU time of this process while it answered."""
        return self._used

    def core(self) -> None:
        """Run on any core."""

    def rests(self) -> bool:
        """Say that it does nothing by itself."""
        return True

    def pin(self, core: int) -> None:
        """Run where this process runs."""

    def output(self) -> str:
        """Nothing is caught."""
        return ""

    def close(self) -> None:
        """Nothing ends."""
