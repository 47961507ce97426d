import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    for shape in ("[-5]", "[1180591620717411303424]", "[4294967296,4294967296]", "[0,-1]", "[true]"):
        header = ('{"d":[["id",%d],["status","returned"],["value",{"a":["<f8",%s]}]]}' % (number, shape)).encode()
        os.write(channel, wire.HEAD.pack(wire.MAGIC, len(header), 0) + header)
