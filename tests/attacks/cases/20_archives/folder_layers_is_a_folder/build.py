def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py" / "layers.py").mkdir(parents=True)
    return root
