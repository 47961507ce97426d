import gzip
import io
import tarfile


def build(folder, files, bait):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        entry = tarfile.TarInfo("layers.py")
        entry.size = len(files["layers.py"])
        archive.addfile(entry, io.BytesIO(files["layers.py"]))
    data = target.getvalue()
    path = folder / "hand-in.tar.gz"
    path.write_bytes(gzip.compress(data[:1_000]) + gzip.compress(data[1_000:]) + b"rubbish" * 99)
    return path
