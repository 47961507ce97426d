import os


def attack():
    serve, wire, here = worker()
    channel, number = here["channel"].descriptor, here["request"]["id"]
    honest = serve.Server.import_file

    def import_file(self, path):
        deep = 1
        for _ in range(4):
            deep = [deep]
        junk = {f"file{number}": "x" * 60 for number in range(40000)}
        return {**honest(self, path), "compiled": {path: deep, "other": here["channel"], **junk}}

    serve.Server.import_file = import_file
