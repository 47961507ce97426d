import gzip
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with gzip.open(path, "wb", 1) as stream:
        entry = bytearray(header("layers.py", tarfile.REGTYPE, 0, tarfile.GNU_FORMAT))
        entry[124:136] = b"\xff" * 10 + b"\xfc\x00"
        entry[148:156] = b" " * 8
        entry[148:156] = b"%06o\0 " % sum(entry)
        stream.write(entry + bytes(1024))
    return path
