import os

import numpy


def read(path):
    with open(path) as file:
        return file.read()


def change(to):
    os.chdir(to)
    return read(os.path.relpath(CANARY))


def attack():
    up = "/.." * 30
    each(
        lambda: read(os.path.dirname(numpy.__file__) + up + CANARY),
        lambda: read(os.path.dirname(os.__file__) + up + CANARY),
        lambda: read("." + up + CANARY),
        lambda: change("/"),
        lambda: change(os.path.dirname(CANARY)),
        lambda: os.chroot(os.path.dirname(CANARY)) or read("/canary"),
    )
