def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(b"")
    return path
