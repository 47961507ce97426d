def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(b"# -*- coding: latin-1 -*-\n# \xe9\n" + files["layers.py"])
    return path
