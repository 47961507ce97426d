def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(files["layers.py"].replace(b"import", b"\0import", 1))
    return path
