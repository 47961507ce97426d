def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(b"\xef\xbb\xbf" + files["layers.py"].replace(b"\n", b"\r\n", 50).replace(b"\r\n", b"\r", 20))
    return path
