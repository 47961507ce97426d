import io
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        honest = tarfile.TarInfo("layers.py")
        honest.size = len(files["layers.py"])
        archive.addfile(honest, io.BytesIO(files["layers.py"]))
        for raw in (b"\xff\xfe.py", b"\xed\xa0\x80.py", b"../\x9b2J.py"):
            archive.addfile(tarfile.TarInfo(raw.decode("utf-8", "surrogateescape")))
    return path
