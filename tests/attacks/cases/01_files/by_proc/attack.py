import os


def read(path):
    with open(path) as file:
        return file.read()


def reopen():
    held = os.open(CANARY, os.O_PATH)
    return read(f"/proc/self/fd/{held}")


def attack():
    parent = os.getppid()
    each(
        lambda: read(f"/proc/self/root{CANARY}"),
        lambda: read(f"/proc/thread-self/root{CANARY}"),
        lambda: read(f"/proc/self/cwd{CANARY}"),
        lambda: read(f"/proc/{parent}/root{CANARY}"),
        lambda: read(f"/proc/{GRADER_PID}/root{CANARY}"),
        lambda: read(f"/proc/1/root{CANARY}"),
        lambda: read(f"/dev/fd/../../root{CANARY}"),
        reopen,
    )
