import fcntl
import os

import numpy


def lock():
    held = os.open(os.path.abspath(numpy.__file__), os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(held, fcntl.LOCK_UN)
    return "a lock on a file of all"


def attack():
    reading, writing = os.pipe()
    os.write(writing, b"some bytes")
    third, fourth = os.pipe()
    each(
        lock,
        lambda: kernel("tee", reading, fourth, 4, 0),
        lambda: kernel("splice", reading, None, fourth, None, 4, 0),
        lambda: fcntl.fcntl(reading, 1031, 1 << 20),  # F_SETPIPE_SZ
        lambda: os.eventfd(0),
        lambda: kernel("signalfd", -1, b"\0" * 128, 0),
    )
