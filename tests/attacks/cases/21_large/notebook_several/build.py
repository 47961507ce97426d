import json

_LARGE = b'{"cells": [], "metadata": {"a": "' + b"a" * (15 << 20) + b'"}}'


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    for number in range(10):
        (root / f"BatchNormalization{number}.ipynb").write_bytes(_LARGE)
    return root

