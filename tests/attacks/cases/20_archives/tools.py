import struct
import tarfile
import zipfile
import zlib


def header(name, kind, size, form=tarfile.USTAR_FORMAT):
    entry = tarfile.TarInfo(name)
    entry.type, entry.size = kind, size
    return entry.tobuf(form)


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
