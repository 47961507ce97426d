import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    for ahead in range(1, 51):
        frame = wire.encode({"id": number + ahead, "status": "returned", "value": 1.0})
        os.write(channel, b"".join(map(bytes, frame)))
