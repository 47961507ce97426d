import ctypes

_MARK = "-".join(("mark", "of", "an", "earlier", "process"))


def attack():
    try:
        kernel("shmget", 4711, 4096, 0o1666)
        loot("shared memory")
    except OSError:
        pass
    try:
        kernel("semget", 4711, 1, 0o1666)
        loot("a semaphore")
    except OSError:
        pass
    try:
        kernel("msgget", 4711, 0o1666)
        loot("a queue")
    except OSError:
        pass
    kernel(248, ctypes.c_char_p(b"user"), ctypes.c_char_p(b"mark"), ctypes.c_char_p(b"x"), 1, -3)
    loot("a key")
