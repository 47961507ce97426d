import gzip
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with gzip.open(path, "wb", 1) as stream:
        for _ in range(100_000):
            stream.write(header("x", tarfile.XGLTYPE, 6) + b"6 a=b\n".ljust(512, b"\0"))
    return path
