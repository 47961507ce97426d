def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(files["layers.py"] + b"\n#" * (5 << 19))
    return path
