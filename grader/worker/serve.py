"""Answer requests about one hand-in: load it, call its functions, keep what must not cross."""

from __future__ import annotations

import contextlib
import copy
import os
import sys
import traceback
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from . import attempts, load_c, load_python, wire
from .shared import SharedMemory

_MAX_REQUEST = 1 << 30
_MAX_MESSAGE = 2000
# How many buffers one writev takes: IOV_MAX of Linux and macOS.
_MOST_BUFFERS = 1024
# Under this key a dict argument carries the handle of its entries that cannot cross.
_REST = "\0rest"


class Channel:
    """Frames over a file descriptor by read and write alone; no socket calls are left."""

    def __init__(self, descriptor: int, memory: SharedMemory) -> None:
        self.descriptor = descriptor
        self.memory = memory

    def receive(self, server: Server) -> dict[str, Any]:
        """Return the next request; raises EOFError when the grader is gone."""
        head = self._read(wire.HEAD.size)
        header_length, body_length = wire.parse_head(head, _MAX_REQUEST)
        header = self._read(header_length)
        shared = wire.is_shared(head)
        body = self.memory.take(body_length) if shared else self._read(body_length)
        request = wire.decode(header, body, server.resolve)
        if not isinstance(request, dict):
            raise wire.WireError("a request is a dict")
        return request

    def send(self, buffers: Sequence[wire.Buffer]) -> None:
        """Write one frame, in one piece where the system takes it: a piece wakes the grader."""
        pending = deque(memoryview(buffer) for buffer in self.memory.put(buffers))
        while pending:
            written = os.writev(self.descriptor, list(pending)[:_MOST_BUFFERS])
            while pending and written >= len(pending[0]):
                written -= len(pending.popleft())
            if written:
                pending[0] = pending[0][written:]

    def _read(self, length: int) -> bytearray:
        data = bytearray(length)
        view = memoryview(data)
        while view:
            count = os.readv(self.descriptor, [view])
            if not count:
                raise EOFError
            view = view[count:]
        return data


@dataclass(frozen=True)
class Defined:
    """Where a function is defined, and at which positions its values stay here, or are dicts."""

    path: str
    kept: frozenset[int] = frozenset()
    dicts: frozenset[int] = frozenset()


_NOWHERE = Defined("")


class Server:
    """The state of one worker: the hand-in's modules and the objects it keeps.

    Also used without any process around it, where speed is compared with and without walls.
    """

    def __init__(self) -> None:
        self.functions: dict[str, Defined] = {}
        self.modules: dict[str, ModuleType | load_c.Library] = {}
        self.libraries: dict[str, Any] = {}
        self.drivers: set[str] = set()
        self.hand_in: load_python.HandIn | None = None
        self.kept: dict[int, Any] = {}
        self._last = 0

    def keep(self, value: object) -> wire.Handle:
        """Keep an object here and return the handle that stands for it outside."""
        self._last += 1
        self.kept[self._last] = value
        kind = type(value).__name__
        if isinstance(value, np.ndarray):
            kind = f"array of dtype {value.dtype.name}"
        return wire.Handle(self._last, kind[:100])

    def resolve(self, handle: wire.Handle) -> Any:
        """Return the object behind a handle."""
        return self.kept.get(handle.number)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out one request; whatever student code does wrong becomes part of the answer."""
        try:
            match request["op"]:
                case "load":
                    return self.load(request)
                case "import":
                    return self.import_file(request["path"])
                case "call":
                    watch = request.get("watch", True)
                    return self.call(request["function"], request["arguments"], watch=watch)
                case "prepare":
                    return self.prepare(request["function"], request["arguments"])
                case "batch":
                    return {"status": "batch", "calls": self.batch(request)}
                case "chain":
                    return {"status": "batch", "calls": self.chain(request["calls"])}
            return {"status": "unknown request"}
        except BaseException as error:  # noqa: BLE001 - SystemExit and kin are the student's too
            return self.describe(error)

    def load(self, request: dict[str, Any]) -> dict[str, Any]:
        """Take in the sources, as UTF-8 in arrays of bytes, and import one file.

        `request["functions"]` is `{name: [path, positions of values that are kept, of dicts]}`,
        `request["libraries"]` the arguments of a Library, by path of the source it was built of.
        """
        self.libraries = request["libraries"]
        sources = {
            path: text.tobytes().decode("utf-8", "surrogatepass")
            for path, text in request["sources"].items()
        }
        attempts.own_files.update(sources)
        self.hand_in = load_python.install(
            sources,
            request["packages"],
            request["allowed"],
            request["compiled"],
            request["located"],
        )
        for name, (path, kept, dicts) in request["functions"].items():
            self.functions[name] = Defined(path, frozenset(kept), frozenset(dicts))
        self.drivers = set(request["drivers"])
        return self.import_file(request["path"])

    def import_file(self, path: str) -> dict[str, Any]:
        """Import one file and tell what it compiled; what it raises, the caller describes."""
        if path in self.libraries:
            with attempts.ours():
                self.modules[path] = load_c.Library(*self.libraries[path])
            return {"status": "loaded", "absent": [], "compiled": {}}
        assert self.hand_in is not None  # noqa: S101 - the first request loads
        known = set(self.hand_in.compiled)
        self.modules[path] = self.hand_in.load(path)
        compiled = {p: code for p, code in self.hand_in.compiled.items() if p not in known}
        return {"status": "loaded", "absent": self.hand_in.absent, "compiled": compiled}

    def _find(self, name: str) -> Callable[..., Any] | None:
        defined = self.functions.get(name, _NOWHERE)
        found: Callable[..., Any] | None = getattr(self.modules.get(defined.path), name, None)
        return found

    def call(
        self, name: str, arguments: tuple[Any, ...], *, watch: bool = True, keep_all: bool = False
    ) -> dict[str, Any]:
        """Call a function of the hand-in; `watch` tells which array arguments it changes."""
        function = self._find(name)
        if function is None:
            return {"status": "undefined"}
        before = [a.tobytes() if watch and isinstance(a, np.ndarray) else None for a in arguments]
        for argument in arguments:
            if type(argument) is dict and _REST in argument:
                argument.update(argument.pop(_REST))
        value = function(*arguments)
        modified = [
            i
            for i, (argument, bytes_before) in enumerate(zip(arguments, before, strict=True))
            if bytes_before is not None and argument.tobytes() != bytes_before
        ]
        value = self._split(value, self.functions[name], keep_all=keep_all)
        # What is kept here stays here, also when it is a dict: a cache never crosses.
        own = set(map(id, self.kept.values()))
        dicts = {
            str(i): self._left(argument)
            for i, argument in enumerate(arguments)
            if type(argument) is dict and id(argument) not in own
        }
        leaked = getattr(self.modules[self.functions[name].path], "leaked", 0)
        answer = {
            "status": "returned", "value": value, "dicts": dicts, "modified": modified,
            "leaked": leaked,
        }  # fmt: skip
        return {key: part for key, part in answer.items() if key == "value" or part}

    def _split(self, value: Any, defined: Defined, *, keep_all: bool) -> Any:
        """Replace returned values that are kept here by handles.

        A dict that crosses does so as a plain one, whatever class of dict the student has.
        """
        several = isinstance(value, (tuple, list))
        parts = list(value) if several else [value]
        for position, part in enumerate(parts):
            if (keep_all or position in defined.kept) and (several or part is not None):
                parts[position] = self.keep(part)
            elif position in defined.dicts and isinstance(part, dict):
                parts[position] = dict(part)
        return tuple(parts) if several else parts[0]

    def _left(self, argument: dict[Any, Any]) -> dict[str, Any]:
        """Return a dict argument as it goes back: entries whose keys are no text stay here."""
        left = {key: value for key, value in argument.items() if type(key) is str}
        rest = {key: value for key, value in argument.items() if type(key) is not str}
        return left | {_REST: self.keep(rest)} if rest else left

    def batch(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """Make many calls; a dict `shared` is the last argument of each, and one object."""
        shared = () if request["shared"] is None else (request["shared"],)
        answers = []
        for arguments in request["calls"]:
            answer = self.call(request["function"], (*arguments, *shared))
            left = answer.pop("dicts", None)
            if shared and left:
                # As it is after this call: the next one may change it again.
                answer["dicts"] = _snapshot(left)
            answers.append(answer)
        return answers

    def chain(self, calls: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Make calls whose arguments `{position: [step, value]}` are values of earlier ones.

        Ends after the first call that does not return such values. Only the last one's arrays go
        back.
        """
        answers: list[dict[str, Any]] = []
        for call in calls:
            arguments = list(call["arguments"])
            for position, (step, value) in call["earlier"].items():
                values = answers[step].get("value")
                values = values if isinstance(values, tuple) else (values,)
                if value >= len(values) or not isinstance(values[value], wire.Handle):
                    return answers
                arguments[int(position)] = self.resolve(values[value])
            try:
                last = call is calls[-1]
                answers.append(self.call(call["function"], tuple(arguments), keep_all=not last))
            except BaseException as error:  # noqa: BLE001 - as in answer
                return [*answers, self.describe(error)]
        return answers

    def prepare(self, name: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
        """Call a function for what a timed call needs of it; everything it returns stays here.

        What was kept before is forgotten, so that repeated timed calls find the same memory.
        Nothing is watched for changes.
        """
        self.kept.clear()
        function = self._find(name)
        if function is None:
            return {"status": "undefined"}
        value = function(*arguments)
        values = tuple(value) if isinstance(value, (tuple, list)) else (value,)
        return {"status": "returned", "value": tuple(map(self.keep, values))}

    def describe(self, error: BaseException) -> dict[str, Any]:
        """Describe an exception: its kinds, message, and the last line of the hand-in it passed."""
        # A driver is the suite's: what it stumbles over is not to be found in the student's files.
        own = set(self.hand_in.sources) - self.drivers if self.hand_in else set()
        try:
            message = str(error)[:_MAX_MESSAGE]
        except BaseException:  # noqa: BLE001 - a student's __str__ may raise anything
            message = ""
        path, line = "", 0
        for frame, number in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename in own:
                path, line = frame.f_code.co_filename, number
        if isinstance(error, SyntaxError) and error.filename in own:
            path, line, message = str(error.filename), error.lineno or 0, str(error.msg)
        return {
            "status": "raised",
            "kinds": [kind.__name__[:100] for kind in type(error).__mro__],
            "message": message,
            "path": path,
            "line": line,
        }


def _snapshot(dicts: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    try:
        return copy.deepcopy(dicts)
    except Exception:  # noqa: BLE001 - students keep what cannot be copied: a module, a generator
        return {position: dict(left) for position, left in dicts.items()}


def _encoded(server: Server, number: object, answer: Mapping[str, Any]) -> list[wire.Buffer]:
    return wire.encode({"id": number, **answer}, server.keep)


def serve(descriptor: int, memory: SharedMemory) -> None:
    """Answer requests on `descriptor` until it is closed."""
    channel, server = Channel(descriptor, memory), Server()
    while True:
        try:
            request = channel.receive(server)
        except EOFError:
            return
        answer = server.answer(request)
        if asked := attempts.take():
            answer["asked"] = asked
        try:
            buffers = _encoded(server, request.get("id"), answer)
        except BaseException as error:  # noqa: BLE001 - what came back may be booby-trapped
            buffers = _encoded(server, request.get("id"), server.describe(error))
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(BaseException):  # student code may have replaced it
                stream.flush()
        channel.send(buffers)
