def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(b'{"cells": [], "nbformat": 4, "cells": [{"cell_type": "raw", "cell_type": "markdown", "source": "a", "source": "b"}], "nbformat_minor": 5, "metadata": {}}')
    return root
