import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    honest = serve.Server.call

    def call(self, *arguments, **named):
        answer = honest(self, *arguments, **named)
        junk = {"7": {"mode": 1}, "-1": {"mode": 1}, "0": {"x": 1}}
        return {**answer, "modified": [99, -1, 10**15], "dicts": {**junk, **answer.get("dicts", {})}}

    serve.Server.call = call
