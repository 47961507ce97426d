import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    header = b"\xff\xfe\xfd\x80"
    os.write(channel, wire.HEAD.pack(wire.MAGIC, len(header), 0) + header)
