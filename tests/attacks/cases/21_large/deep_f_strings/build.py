def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(b"x = " + b"f'{" * 5_000 + b"1" + b"}'" * 5_000 + b"\n" + files["layers.py"])
    return path
