import io
import lzma
import tarfile


def build(folder, files, bait):
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 64 << 20}]
    path = folder / "hand-in.tar.gz"
    with lzma.open(path, "wb", filters=filters) as stream:
        with tarfile.open(fileobj=stream, mode="w") as archive:
            entry = tarfile.TarInfo("layers.py")
            entry.size = len(files["layers.py"])
            archive.addfile(entry, io.BytesIO(files["layers.py"]))
    return path
