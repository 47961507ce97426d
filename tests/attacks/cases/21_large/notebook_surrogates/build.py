def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(notebook(code({"output_type": "stream", "name": "stdout", "text": "\ud800"}, {"output_type": "error", "ename": "\udfff", "evalue": "\ud800", "traceback": ["\udc80"]}, display(text_plain="\ud83d"), source="\udcff"), {"cell_type": "markdown", "source": "\ud800", "metadata": {}}))
    return root
