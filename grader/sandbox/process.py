"""One worker process seen from outside: frames in and out, deadlines, output caps, the end."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import socket
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.sandbox.sanitizer import sanitized
from grader.sandbox.zygote import Birth, Zygote
from grader.worker import wire
from grader.worker.shared import SharedMemory

# Wall time may be this many times the CPU time allowed: a machine that is busy stops nobody.
WALL_FACTOR = 4.0
# How long a worker that is being stopped may take to say where it was.
_LAST_WORDS_SECONDS = 1.0
_PIECE_BYTES = 256 << 10
# As much as a pipe holds: one read empties it.
_PIPE_BYTES = 64 << 10
_TRACE_LINE = re.compile(r'File "([^"\n]{1,300})", line (\d{1,7})')


@dataclass(frozen=True)
class Allowance:
    """What one request may use; seconds are CPU seconds, the rest is bytes."""

    seconds: float
    output_bytes: int
    reply_bytes: int = 256 << 20


@dataclass(frozen=True)
class Death:
    """A worker is gone. `cause` is "time", "output", "reply", "protocol" or "died".

    `status` is its wait status, `path` and `line` where in the hand-in it was, if known; `offset`
    where in its library.
    """

    cause: str
    detail: str = ""
    status: int = 0
    path: str = ""
    line: int = 0
    offset: int = 0


class Frame:
    """A frame that arrives piece by piece; what it announces is not allocated before it comes."""

    def __init__(self, max_body: int, memory: SharedMemory) -> None:
        self._max_body = max_body
        self._memory = memory
        self._data = bytearray()
        self._header = self._body = 0
        self._end = wire.HEAD.size
        self._announced = False

    def add(self, piece: bytes) -> bool:
        """Take in the next piece; return whether the frame is complete."""
        self._data += piece
        if not self._announced and len(self._data) >= wire.HEAD.size:
            head = self._data[: wire.HEAD.size]
            self._header, self._body = wire.parse_head(head, self._max_body)
            self._end += self._header + (0 if wire.is_shared(head) else self._body)
            self._announced = True
        if len(self._data) > self._end:
            raise wire.WireError("more than one frame")
        return self._announced and len(self._data) == self._end

    @property
    def shared(self) -> bool:
        """Whether the body is in shared memory."""
        return wire.is_shared(self._data)

    def parts(self) -> tuple[wire.Buffer, wire.Buffer]:
        """Return header and body of a complete frame."""
        rest = memoryview(self._data)[wire.HEAD.size :]
        body = self._memory.take(self._body) if self.shared else rest[self._header :]
        return rest[: self._header], body

    def value(self) -> Any:
        """Return what a complete frame says."""
        return wire.decode(*self.parts())


class Worker:
    """A live worker. After a `Death` it is over; make another one."""

    def __init__(self, zygote: Zygote, limits: dict[str, int]) -> None:
        self._zygote = zygote
        self._socket, theirs = socket.socketpair()
        self._output, their_output = os.pipe()
        self._memory = SharedMemory.create()
        given = [theirs.fileno(), their_output, *self._memory.descriptors]
        try:
            self._birth = zygote.fork(given, limits)
        except BaseException:
            self._memory.close()
            self._socket.close()
            os.close(self._output)
            raise
        finally:
            theirs.close()
            os.close(their_output)
        self._socket.setblocking(False)
        os.set_blocking(self._output, False)
        self._poll = select.poll()
        self._poll.register(self._output, select.POLLIN)
        self._kept: deque[bytes] = deque()
        self._printed = 0
        self._requests = 0
        self.alive = True

    def cpu_seconds(self) -> float:
        """Return CPU time used so far; 0 where the system does not tell."""
        pid = self._born().pid
        if pid is None:
            return 0.0
        try:
            # The clock of another process, as clock_getcpuclockid(3) computes it.
            return time.clock_gettime(~pid << 3 | 2)
        except OSError:
            return 0.0

    def core(self) -> int | None:
        """Return the processor core it ran on last; None where the system does not tell."""
        told = self._told()
        return int(told[36]) if told else None

    def rests(self) -> bool:
        """Say whether it waits for something, or the system does not tell."""
        told = self._told()
        return not told or told[0] != "R"

    def _told(self) -> list[str]:
        """Return what the system tells of the process, from the third field of proc(5) on."""
        try:
            text = Path(f"/proc/{self._born().pid}/stat").read_text(encoding="utf-8")
        except OSError:
            return []
        # The second field is a name in parentheses, with whatever in it.
        return text.rpartition(")")[2].split()

    def pin(self, core: int) -> None:
        """Have it run on one core alone."""
        self._zygote.pin(self._number(), core)

    def _born(self) -> Birth:
        if self._birth.worker is None:
            self._zygote.await_birth(self._birth)
        return self._birth

    def output(self) -> str:
        """Return the last of what was printed, at least 64 KiB if there was as much."""
        return b"".join(self._kept).decode("utf-8", "replace")

    def ask(self, message: dict[str, Any], allowance: Allowance) -> dict[str, Any] | Death:
        """Send one request and return its answer, or what the worker died of."""
        self.begin(message)
        return self.finish(allowance)

    def begin(self, message: dict[str, Any]) -> None:
        """Send one request, as far as it goes without waiting, for `finish` to wait for."""
        if not self.alive:
            raise ValueError("this worker is gone")
        self._requests += 1
        self._printed = 0
        self._refused = "an answer before the question" if self._has_replied() else ""
        # Before its first request a worker has used nothing; asking would wait for its birth.
        self._cpu_start = self.cpu_seconds() if self._requests > 1 else 0.0
        self._pending: deque[memoryview] = deque()
        try:
            frame = wire.encode({"id": self._requests, **message})
        except wire.TooMuchError as error:
            # The worker's own, such as a dict argument that it left full of rubbish.
            self._refused = f"what comes back to it is {error}"
            return
        self._pending.extend(memoryview(buffer).cast("B") for buffer in self._memory.put(frame))
        self._send()

    def finish(self, allowance: Allowance) -> dict[str, Any] | Death:
        """Return the answer to the request that was begun, or what the worker died of."""
        try:
            if self._refused:
                raise wire.WireError(self._refused)
            answer = self._receive(allowance)
            if isinstance(answer, Death):
                return answer
            if not isinstance(answer, dict):
                raise wire.WireError("no answer")
            number = answer.pop("id", None)
            # An array would be compared entry by entry.
            if type(number) is not int or number != self._requests:
                raise wire.WireError("an answer to another question")
            return answer
        except wire.TooMuchError as error:
            return self._end("reply", str(error))
        except wire.WireError as error:
            return self._end("protocol", str(error))

    def _has_replied(self) -> bool:
        try:
            return bool(self._socket.recv(1, socket.MSG_PEEK))
        except OSError:  # nothing there, or nobody; sending will tell
            return False

    def _receive(self, allowance: Allowance) -> Any:
        frame = Frame(allowance.reply_bytes, self._memory)
        start = time.monotonic()
        while True:
            wait = self._time_left(allowance.seconds, time.monotonic() - start)
            if wait <= 0:
                return self._end("time")
            events = select.POLLIN | (select.POLLOUT if self._pending else 0)
            self._poll.register(self._socket, events)
            ready = dict(self._poll.poll(wait * 1000 + 1))
            if self._output in ready and self._drain() > allowance.output_bytes:
                return self._end("output")
            event = ready.get(self._socket.fileno(), 0)
            if event & select.POLLOUT:
                self._send()
            if event & ~select.POLLOUT:
                complete = self._read_into(frame)
                if complete is None:
                    return self._end("died")
                if complete:
                    self._drain()
                    return frame.value()

    def _time_left(self, seconds: float, elapsed: float) -> float:
        """Return how long to wait at most before either limit may be reached."""
        if elapsed < seconds:  # CPU time cannot pass faster than wall time
            return seconds - elapsed
        used = self.cpu_seconds() - self._cpu_start
        return min(seconds - used, seconds * WALL_FACTOR - elapsed)

    def _read_into(self, frame: Frame) -> bool | None:
        """Read what is there; return whether the frame is complete, None when nobody is there."""
        try:
            while piece := self._socket.recv(_PIECE_BYTES):
                if frame.add(piece):
                    return True
        except BlockingIOError:
            return False
        except ConnectionError:
            pass
        return None

    def _send(self) -> None:
        pending = self._pending
        try:
            while pending:
                sent = self._socket.sendmsg(list(pending)[:64])
                while pending and sent >= len(pending[0]):
                    sent -= len(pending.popleft())
                if sent:
                    pending[0] = pending[0][sent:]
        except BlockingIOError:
            return
        except ConnectionError:
            pending.clear()  # it died; reading will tell

    def _drain(self) -> int:
        """Read what was printed, keep the end of it, and return how much this request printed."""
        try:
            chunk = os.read(self._output, _PIPE_BYTES)
        except BlockingIOError:
            return self._printed
        if not chunk and self.alive:  # closed by the student's code; poll would report it for ever
            with contextlib.suppress(KeyError):  # it was seen to be closed before
                self._poll.unregister(self._output)
        self._printed += len(chunk)
        self._kept.append(chunk)
        if len(self._kept) > 2 and sum(map(len, self._kept)) > 2 * _PIPE_BYTES:
            self._kept.popleft()
        return self._printed

    def _end(self, cause: str, detail: str = "") -> Death:
        """Climb the kill ladder: ask where it is, then SIGKILL; collect what is left."""
        printed = self._kept
        if cause == "time":
            self._kept = deque()
            self._ask_where()
        self._kill()
        status = self._zygote.reap(self._number())
        self._release()
        place = self._last_place()
        offset = 0
        if cause == "died" and (found := sanitized(self.output())):
            detail, place, offset = found.words, (found.path, found.line), found.offset
        if cause == "time":
            self._kept = printed  # the trace is ours, not the student's
        return Death(cause, detail, status, *place, offset)

    def _ask_where(self) -> None:
        pidfd = self._born().pidfd
        if pidfd is None:
            return
        signal.pidfd_send_signal(pidfd, signal.SIGUSR1)
        until = time.monotonic() + _LAST_WORDS_SECONDS
        waiting = select.poll()
        waiting.register(self._output, select.POLLIN)
        # The trace comes line by line, innermost frame first, and ends with the outermost one.
        while "<module>" not in self.output() and (left := until - time.monotonic()) > 0:
            if waiting.poll(left * 1000):
                self._drain()

    def _last_place(self) -> tuple[str, int]:
        # faulthandler prints the innermost frame first; files of the hand-in have relative paths.
        for path, line in _TRACE_LINE.findall(self.output()):
            if not path.startswith(("/", "<")):
                return path, int(line)
        return "", 0

    def close(self) -> None:
        """End the worker if it lives; what it printed stays."""
        if self.alive:
            self._kill()
            self._zygote.discard(self._number())
            self._release()

    def _release(self) -> None:
        self.alive = False
        self._drain()
        self._memory.close()
        self._socket.close()
        os.close(self._output)
        pidfd = self._birth.pidfd
        if pidfd is not None:
            os.close(pidfd)

    def _kill(self) -> None:
        pidfd = self._born().pidfd
        if pidfd is None:
            self._zygote.kill(self._number())
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)

    def _number(self) -> int:
        number = self._born().worker
        assert number is not None  # noqa: S101 - it is born
        return number
