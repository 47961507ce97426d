def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(notebook(*[{"cell_type": "markdown", "metadata": {}, "source": text} for text in ["$x$ " * 10_000] * 150 + ["\\begin{a}" * 4_000] * 150]))
    return root
