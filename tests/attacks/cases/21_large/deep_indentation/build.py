def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(b"".join(b" " * n + b"if 1:\n" for n in range(1_000)) + b" " * 1_000 + b"x = 1" + b"\n" + files["layers.py"])
    return path
