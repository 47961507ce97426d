import io
import tarfile
import zipfile


def build(folder, files, bait):
    inner, middle = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("layers.py", files["layers.py"])
    with tarfile.open(fileobj=middle, mode="w:gz") as archive:
        entry = tarfile.TarInfo("work.zip")
        entry.size = inner.tell()
        archive.addfile(entry, io.BytesIO(inner.getvalue()))
    with zipfile.ZipFile(folder / "hand-in.zip", "w") as archive:
        archive.writestr("work.tar.gz", middle.getvalue())
    return folder / "hand-in.zip"
