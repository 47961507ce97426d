def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(notebook(*[{"cell_type": "markdown", "metadata": {}, "source": text * 9_000} for text in (">", "> ", "- ", "1. ", "[", "![", "*a ", "**a", "_a ", "[a](", "<a ", "`", "$", "~~", "|a", "\\(", "<!--", "&", "[^1]")]))
    return root
