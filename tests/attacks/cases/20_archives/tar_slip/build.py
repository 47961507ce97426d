import io
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        honest = tarfile.TarInfo("layers.py")
        honest.size = len(files["layers.py"])
        archive.addfile(honest, io.BytesIO(files["layers.py"]))
        for name in ("../" * 12 + bait["GRADEBOOK"].lstrip("/") + ".py", bait["TARGET"] + ".py", "a/../../b.py"):
            archive.addfile(tarfile.TarInfo(name))
    return path
