def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(files["layers.py"] + b"#" * (50 << 20))
    return path
