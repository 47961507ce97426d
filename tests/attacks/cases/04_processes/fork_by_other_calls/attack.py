import ctypes
import os
import signal
import time

CLONE, VFORK, CLONE3 = 56, 58, 435  # x86-64


def stay(pid):
    if pid == 0:
        time.sleep(600)
        os._exit(0)
    return pid


def clone3():
    arguments = (ctypes.c_uint64 * 8)()
    arguments[4] = signal.SIGCHLD
    return stay(kernel(CLONE3, arguments, ctypes.sizeof(arguments)))


def attack():
    each(
        lambda: stay(kernel(CLONE, signal.SIGCHLD, 0, 0, 0, 0)),
        clone3,
        lambda: stay(kernel("fork")),
        lambda: stay(os.forkpty()[0]),
    )
