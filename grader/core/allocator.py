"""Keep freed memory for the arrays to come, where the C library can be asked to."""

from __future__ import annotations

import contextlib
import ctypes
import functools

# From glibc's <malloc.h>.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT_BYTES = 64 << 20
_LARGEST_KEPT_BYTES = 32 << 20


@functools.cache
def keep_freed_memory() -> None:
    """Have this process keep what it frees, up to 64 MB: 400 kB arrays come and go all the time.

    Given back and taken again, their pages cost a fault each: 4,000 of them for one hand-in.
    """
    # Other C libraries have no mallopt, or another.
    with contextlib.suppress(AttributeError, OSError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGEST_KEPT_BYTES)
        libc.mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
