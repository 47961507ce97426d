def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(b"x = a" + b".a" * 100_000 + b"\n" + files["layers.py"])
    return path
