import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    for dtype in ('"|O"', '"|V8"', '"<U4"', '["<f8"]', '"<c16"', "null"):
        header = ('{"d":[["id",%d],["status","returned"],["value",{"a":[%s,[1]]}]]}' % (number, dtype)).encode()
        os.write(channel, wire.HEAD.pack(wire.MAGIC, len(header), 64) + header + bytes(64))
