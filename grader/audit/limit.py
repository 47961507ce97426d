"""Bound what code in this process may take: there are no walls around it."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType

# After the first time every so many CPU seconds: a loop may be called again, or catch the error.
_AGAIN = 0.2


class TooLongError(Exception):
    """Code was stopped because it took too long."""


@dataclass
class Watch:
    """Whether the time ran out."""

    expired: bool = False


@contextlib.contextmanager
def cpu_limit(seconds: float) -> Iterator[Watch]:
    """Raise TooLongError wherever the code is once it has used `seconds` of CPU time.

    For the main thread alone. One call into C that does not come back is not interrupted.
    """
    watch = Watch()

    def expire(number: int, frame: FrameType | None) -> None:
        del number, frame
        if armed:
            watch.expired = True
            raise TooLongError(f"took more than {seconds:g} CPU seconds")

    armed = True
    before = signal.signal(signal.SIGVTALRM, expire)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
    try:
        yield watch
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        signal.signal(signal.SIGVTALRM, before)
