def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").symlink_to(bait["CLASSMATE"])
    return root
