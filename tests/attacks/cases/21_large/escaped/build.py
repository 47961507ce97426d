def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(b"# coding: unicode_escape\n#\\nraise SystemExit\n" + files["layers.py"])
    return path
