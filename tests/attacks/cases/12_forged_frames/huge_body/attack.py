import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    os.write(channel, wire.HEAD.pack(wire.MAGIC, 2, 1 << 63))
