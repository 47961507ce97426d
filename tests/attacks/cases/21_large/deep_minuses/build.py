def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(b"x = " + b"-" * 100_000 + b"1" + b"\n" + files["layers.py"])
    return path
