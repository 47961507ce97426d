def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(files["layers.py"].decode().encode("utf-16"))
    return path
