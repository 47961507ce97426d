import struct


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    content = files["layers.py"]
    packed = deflated(content)
    first = local(b"layers.py", packed, content)
    table = bytearray(central(b"layers.py", packed, content, 0))
    struct.pack_into("<LL", table, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<H", table, 30, 28)
    struct.pack_into("<L", table, 42, 0xFFFFFFFF)
    table += struct.pack("<HHQQQ", 1, 24, 2**63, 2**63, 2**63)
    path.write_bytes(first + table + end(1, len(table), len(first)))
    return path
