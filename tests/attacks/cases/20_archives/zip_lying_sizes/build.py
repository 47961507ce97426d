import struct


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    content = files["layers.py"]
    packed = deflated(content)
    first = local(b"layers.py", packed, content)
    table = bytearray(central(b"layers.py", packed, content, 0))
    struct.pack_into("<L", table, 24, 100)
    path.write_bytes(first + table + end(1, len(table), len(first)))
    return path
