def build(folder, files, bait):
    path = folder / "hand-in.rar"
    path.write_bytes(b"Rar!\x1a\x07\x01\x00" + files["layers.py"])
    return path
