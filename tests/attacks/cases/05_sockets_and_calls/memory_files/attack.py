import os

MEMFD_SECRET = 447


def attack():
    each(lambda: os.memfd_create("attack"), lambda: kernel(MEMFD_SECRET, 0))
