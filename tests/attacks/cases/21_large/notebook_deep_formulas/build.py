def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(notebook(*[{"cell_type": "markdown", "metadata": {}, "source": "$" + "x_{" * n + "1" + "}" * n + "$"} for n in range(10, 990, 20)]))
    return root
