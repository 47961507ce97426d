import ctypes
import os

NAME = b"/attack"


def semaphore():
    return ctypes.CDLL(None).sem_open(NAME, os.O_CREAT, 0o600, 1)


def attack():
    each(
        lambda: (kernel("shm_open", NAME, os.O_CREAT | os.O_RDWR, 0o600),
                 kernel("shm_unlink", NAME)),
        lambda: (kernel("mq_open", NAME, os.O_CREAT | os.O_RDWR, 0o600, None),
                 kernel("mq_unlink", NAME)),
        lambda: kernel("sem_unlink", NAME) if semaphore() else 1 / 0,
    )
