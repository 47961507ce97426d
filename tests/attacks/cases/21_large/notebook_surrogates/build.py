import json


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(notebook(code({"output_type": "stream", "name": "stdout", "text": "\ud800"}, {"output_type": "error", "ename": "\udfff", "evalue": "\ud800", "traceback": ["\udc80"]}, display(text_plain="\ud83d"), source="\udcff"), {"cell_type": "markdown", "source": "\ud800", "metadata": {}}))
    return root


def notebook(*cells, **more):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **more}).encode()


def code(*outputs, source="x"):
    return {"cell_type": "code", "source": source, "metadata": {}, "execution_count": 1, "outputs": list(outputs)}


def display(**data):
    data = {kind.replace("_", "/"): value for kind, value in data.items()}
    return {"output_type": "display_data", "data": data, "metadata": {}}
