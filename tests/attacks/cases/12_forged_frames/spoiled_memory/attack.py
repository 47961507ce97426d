import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    mapped = here["channel"].memory.map()
    mapped[:] = bytes(range(256)) * (len(mapped) // 256)
    for size in (0, 4096):
        try:
            mapped.resize(size)
            loot("a smaller memory")
        except (OSError, ValueError, SystemError):
            pass
    for descriptor in range(64):
        try:
            os.ftruncate(descriptor, 0)
            loot("a smaller memory")
        except OSError:
            pass
