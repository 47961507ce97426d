def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes("# coding: ascii\n# \u00e9\n".encode() + files["layers.py"])
    return path
