import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    header = b"null"
    os.write(channel, wire.HEAD.pack(b"GRDM", len(header), (8 << 20) + 64) + header)
