def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(notebook(code({"output_type": "stream", "name": "stdout", "text": "a" * (50 << 20)})))
    return root
