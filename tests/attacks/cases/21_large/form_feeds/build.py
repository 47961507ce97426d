def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(files["layers.py"].replace(b"\ndef ", b"\n\x0c\ndef ") + b"\x0c\n")
    return path
