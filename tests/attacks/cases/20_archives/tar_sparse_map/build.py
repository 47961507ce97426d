import gzip
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with gzip.open(path, "wb", 1) as stream:
        fields = b"".join(b"%d %s\n" % (len(each) + len(str(len(each) + 4)) + 2, each) for each in (
            b"GNU.sparse.major=1", b"GNU.sparse.minor=0", b"GNU.sparse.name=a.py", b"GNU.sparse.realsize=1"))
        stream.write(header("x", tarfile.XHDTYPE, len(fields)) + fields.ljust(-len(fields) % 512 + len(fields), b"\0"))
        holes = b"20000000\n" + b"1\n1\n" * 20_000_000
        stream.write(header("a.py", tarfile.REGTYPE, len(holes) + 512) + holes + bytes(1024 - len(holes) % 512))
    return path
