import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    os.set_blocking(channel, False)
    for _ in range(3):
        try:
            loot(os.read(channel, 1 << 16)[:80])
        except BlockingIOError:
            pass
