import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    for each in ({}, {"id": True}, {"id": "1"}, {"id": [number]}):
        os.write(channel, b"".join(map(bytes, wire.encode({**each, "status": "undefined"}))))
