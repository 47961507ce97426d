import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    os.write(channel, wire.HEAD.pack(wire.MAGIC, 1000, 0) + b"x" * 500)
    os._exit(0)
