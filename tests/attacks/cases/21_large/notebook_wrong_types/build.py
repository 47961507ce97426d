import json


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(notebook(None, 1, [], {}, {"cell_type": {}, "source": {"a": 1}, "outputs": "x", "metadata": [], "id": 1}, {"cell_type": ["code"], "outputs": [1, {"output_type": {}}, {"output_type": "error", "traceback": {}}]}, code({"output_type": "display_data", "data": {"image/png": {"a": 1}, "x": 1}}, source=[1, None]), metadata={"kernelspec": 1}))
    return root


def notebook(*cells, **more):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **more}).encode()


def code(*outputs, source="x"):
    return {"cell_type": "code", "source": source, "metadata": {}, "execution_count": 1, "outputs": list(outputs)}


def display(**data):
    data = {kind.replace("_", "/"): value for kind, value in data.items()}
    return {"output_type": "display_data", "data": data, "metadata": {}}
