import gzip
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with gzip.open(path, "wb", 1) as stream:
        stream.write(header("data.npy", tarfile.REGTYPE, 1 << 40, tarfile.GNU_FORMAT) + bytes(1024))
    return path
