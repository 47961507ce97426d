import os


def attack():
    each(
        lambda: os.stat(CANARY).st_size,
        lambda: os.stat(CLASSMATE).st_mtime,
        lambda: os.lstat(f"{PROJECT}/tests/hidden").st_mode,
        lambda: os.access(GRADEBOOK, os.F_OK) or 1 / 0,
    )
