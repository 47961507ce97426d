import io
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        honest = tarfile.TarInfo("layers.py")
        honest.size = len(files["layers.py"])
        archive.addfile(honest, io.BytesIO(files["layers.py"]))

        entry = tarfile.TarInfo("out.py")
        entry.type, entry.linkname = tarfile.SYMTYPE, bait["TARGET"].rpartition("/")[0]
        archive.addfile(entry)
        archive.addfile(tarfile.TarInfo("out.py/target.py"))
    return path
