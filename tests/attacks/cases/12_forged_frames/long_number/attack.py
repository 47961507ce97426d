import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    header = b"1" * 4000000
    os.write(channel, wire.HEAD.pack(wire.MAGIC, len(header), 0))
    sent = 0
    while sent < len(header):
        sent += os.write(channel, header[sent:])
