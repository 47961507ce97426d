import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    def array(self, value):
        wire_array(self, value)
        return {"a": ["<f8", [1 << 20]]}

    wire_array, wire._Encoder.array = wire._Encoder.array, array
