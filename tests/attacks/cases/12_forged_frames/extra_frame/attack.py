import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    for status in ("returned", "loaded"):
        frame = wire.encode({"id": number + 1, "status": status, "value": (), "absent": [], "compiled": {}})
        os.write(channel, b"".join(map(bytes, frame)))
