def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(notebook(code(display(application_json=10**400), display(application_json=float("nan"))), nbformat_minor=10**300, extra=float("inf")))
    return root
