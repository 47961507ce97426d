import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    honest = serve.Server.keep

    def keep(self, value):
        honest(self, value)
        return wire.Handle(10**1000, "</td><script>alert(1)</script>")

    serve.Server.keep = keep
