import os
import socket
import stat


def bind():
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{TARGET}-socket")


def attack():
    each(
        lambda: os.mkdir(f"{TARGET}-folder"),
        lambda: os.symlink(CANARY, f"{TARGET}-symlink"),
        lambda: os.link(GRADEBOOK, f"{TARGET}-link"),
        lambda: os.mkfifo(f"{TARGET}-pipe"),
        lambda: os.mknod(f"{TARGET}-null", stat.S_IFCHR | 0o666, os.makedev(1, 3)),
        lambda: os.mknod(f"{TARGET}-file"),
        bind,
    )
