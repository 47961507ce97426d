def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(files["layers.py"] + "\n# \u202e } \u2066if admin\u2069 \u2066 begin\n".encode())
    return path
