import struct
import zipfile
import zlib

LOCAL, CENTRAL, END = "<4s5H3L2H", "<4s6H3L5H2L", "<4s4H2LH"


def local(name, packed, content, method=8):
    sizes = zipfile.crc32(content), len(packed), len(content)
    return struct.pack(LOCAL, b"PK\3\4", 20, 0, method, 0, 33, *sizes, len(name), 0) + name + packed


def central(name, packed, content, at, method=8):
    sizes = zipfile.crc32(content), len(packed), len(content)
    head = struct.pack(CENTRAL, b"PK\1\2", 20, 20, 0, method, 0, 33, *sizes, len(name), 0, 0, 0, 0, 0, at)
    return head + name


def end(count, size, at, comment=b""):
    return struct.pack(END, b"PK\5\6", 0, 0, count, count, size, at, len(comment)) + comment


def deflated(content):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


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
