import gzip
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with gzip.open(path, "wb", 1) as stream:
        stream.write(header("x", tarfile.XHDTYPE, 2 << 30))
        for _ in range(512):
            stream.write(bytes(1 << 20))
    return path
