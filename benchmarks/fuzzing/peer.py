"""Somebody who gives recorded answers in the place of a worker."""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Sequence
from typing import Any

from fuzzing.exchanges import Recorded
from grader.sandbox import process
from grader.sandbox.zygote import Birth
from grader.worker.shared import SharedMemory


class _Peer:
    """Stands where the zygote does, and holds the other end of the channel of one worker."""

    def __init__(self, answers: Sequence[Recorded], *, mute: bool) -> None:
        self._answers = deque(answers)
        self._mute = mute
        self._unsent = memoryview(b"")

    def fork(self, descriptors: Sequence[int], limits: dict[str, int]) -> Birth:
        del limits
        self.channel = socket.socket(fileno=os.dup(descriptors[0]))
        self.channel.setblocking(False)
        self.outputs = [] if self._mute else [os.dup(descriptors[1])]
        self.memory = SharedMemory(os.dup(descriptors[2]))
        return Birth(worker=1)

    def answer(self) -> None:
        """Begin to send the next answer."""
        if not self._answers:
            return
        answer = self._answers.popleft()
        if answer.shared:
            body = answer.body[: len(self.memory.map())]
            self.memory.map()[: len(body)] = body
        if answer.incomplete:
            self._answers.clear()
        self._unsent = memoryview(answer.inline())
        self.send()

    def send(self) -> None:
        """Send as much as there is room for; after the last answer there is nobody."""
        try:
            while self._unsent:
                self._unsent = self._unsent[self.channel.send(self._unsent) :]
            if not self._answers:
                self.channel.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def close(self) -> None:
        self.channel.close()
        self.memory.close()
        for output in self.outputs:
            os.close(output)

    def kill(self, worker: int) -> None:
        """It has no process."""

    def discard(self, worker: int) -> None:
        del worker
        self.close()

    def reap(self, worker: int) -> int:
        del worker
        self.close()
        return 9


class Fed(process.Worker):
    """A worker whose answers are given; a `mute` one has closed its output."""

    def __init__(self, answers: Sequence[Recorded], *, mute: bool) -> None:
        self._peer = _Peer(answers, mute=mute)
        super().__init__(self._peer, {})

    def finish(self, allowance: process.Allowance) -> Any:
        """Have the next answer said and take it in."""
        self._peer.answer()
        return super().finish(allowance)

    def _read_into(self, frame: process.Frame) -> bool | None:
        complete = super()._read_into(frame)
        self._peer.send()
        return complete
