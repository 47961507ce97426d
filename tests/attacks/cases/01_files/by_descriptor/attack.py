import os


def below(flags):
    folder = os.open(os.path.dirname(CANARY), flags)
    return os.read(os.open("canary", os.O_RDONLY, dir_fd=folder), 100)


def enter():
    os.fchdir(os.open(os.path.dirname(CANARY), os.O_PATH))
    return open("canary").read()


def attack():
    each(
        lambda: below(os.O_PATH),
        lambda: below(os.O_RDONLY | os.O_DIRECTORY),
        enter,
        lambda: os.pread(os.open(CANARY, os.O_RDONLY), 100, 0),
    )
