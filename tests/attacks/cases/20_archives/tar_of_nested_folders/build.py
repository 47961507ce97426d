import io
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT, compresslevel=1) as archive:
        honest = tarfile.TarInfo("layers.py")
        honest.size = len(files["layers.py"])
        archive.addfile(honest, io.BytesIO(files["layers.py"]))
        for depth in range(1, 10_000, 10):
            archive.addfile(tarfile.TarInfo("d/" * depth + "deep.py"))
    return path
