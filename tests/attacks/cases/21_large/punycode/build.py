def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(b"# coding: punycode\n" + b"a" * 500_000 + b"-" + b"b" * 500_000)
    return path
