import json

from pathlib import Path

import grader

_TEMPLATE = "student_template/batchnorm/BatchNormalization.ipynb"


def given(files):
    document = json.loads((Path(grader.__file__).parents[1] / _TEMPLATE).read_text(encoding="utf-8"))
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            text = "dx error:  1.5e" + "1" * 5_000
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
            cell["execution_count"] = 1
    return document


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(json.dumps(given(files)).encode())
    return root


def notebook(*cells, **more):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **more}).encode()


def code(*outputs, source="x"):
    return {"cell_type": "code", "source": source, "metadata": {}, "execution_count": 1, "outputs": list(outputs)}


def display(**data):
    data = {kind.replace("_", "/"): value for kind, value in data.items()}
    return {"output_type": "display_data", "data": data, "metadata": {}}
