def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(notebook({"cell_type": "markdown", "metadata": {}, "source": "![a](attachment:a) " * 2_000, "attachments": {"a": {"image/png": "iVBORw0KGgo" + "A" * 100_000}}}, *[code(display(image_png="iVBORw0KGgo" + "A" * 10_000)) for _ in range(500)]))
    return root
