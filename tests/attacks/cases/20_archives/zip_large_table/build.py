def build(folder, files, bait):
    path = folder / "hand-in.zip"
    table = central(b"a", b"", b"", 0) * 2_000_000
    path.write_bytes(table + end(65_535, len(table), 0))
    return path
