import gzip
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with gzip.open(path, "wb", 1) as stream:
        stream.write(header("x", tarfile.GNUTYPE_LONGNAME, 2 << 30))
        for _ in range(512):
            stream.write(b"a" * (1 << 20))
    return path
