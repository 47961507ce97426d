def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(b"x = " + b"[" * 150 + b"]" * 150 + b"\n" + b"y = " + b"[" * 90_000 + b"\n" + files["layers.py"])
    return path
