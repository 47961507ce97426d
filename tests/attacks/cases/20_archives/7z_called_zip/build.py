def build(folder, files, bait):
    path = folder / "hand-in.zip"
    path.write_bytes(b"7z\xbc\xaf\x27\x1c\x00\x04" + files["layers.py"])
    return path
