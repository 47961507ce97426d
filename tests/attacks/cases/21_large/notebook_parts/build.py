def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(b'{"cells": [' + b"[]," * 5_000_000 + b"[]]}")
    return root
