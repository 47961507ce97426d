"""Memory that the grader and one worker both map, for the body of a large frame.

Through a socket every byte is copied twice and in pieces, and the two sides wake each other for
each; here the sender copies the body in, and the receiver copies it out before looking at it. They
take turns, so one piece of memory serves both ways. Who writes out of turn can spoil the values
that it sends, and nothing else.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Sequence
from typing import Self

from . import wire

SIZE = 8 << 20
# A smaller body is quicker through the socket, together with its header.
_LEAST = 32 << 10


class SharedMemory:
    """One side's view of it. Without a descriptor there is none, and every body goes inline."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._mapped: mmap.mmap | None = None

    @classmethod
    def create(cls) -> Self:
        """Return new memory, or none where the system has none to give.

        Its size is final: memory that shrank would kill the process that reads it.
        """
        if not hasattr(os, "memfd_create"):
            return cls(None)
        try:
            descriptor = os.memfd_create("frames", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        except OSError:
            return cls(None)
        os.ftruncate(descriptor, SIZE)
        seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        return cls(descriptor)

    @property
    def descriptors(self) -> list[int]:
        """What the other side needs to map it."""
        return [] if self._descriptor is None else [self._descriptor]

    def map(self) -> mmap.mmap:
        """Map it, if that has not been done; most workers of a grader never need it."""
        if self._mapped is None:
            if self._descriptor is None:
                raise wire.WireError("a body in memory that is not there")
            self._mapped = mmap.mmap(self._descriptor, SIZE)
        return self._mapped

    def put(self, frame: Sequence[wire.Buffer]) -> Sequence[wire.Buffer]:
        """Take over the body of an encoded frame if it is large; return what is left to send."""
        head, *body = frame
        length = sum(map(len, body))
        if self._descriptor is None or not _LEAST <= length <= SIZE:
            return frame
        offset, mapped = 0, self.map()
        for buffer in body:
            mapped[offset : offset + len(buffer)] = buffer
            offset += len(buffer)
        return [wire.marked_shared(head)]

    def take(self, length: int) -> bytearray:
        """Return a copy of the body that the other side has put there."""
        if length > SIZE:
            raise wire.WireError("a body longer than the memory")
        with memoryview(self.map()) as view:
            return bytearray(view[:length])

    def close(self) -> None:
        """Unmap it and let it go."""
        if self._mapped is not None:
            self._mapped.close()
        if self._descriptor is not None:
            os.close(self._descriptor)
