import io
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        honest = tarfile.TarInfo("layers.py")
        honest.size = len(files["layers.py"])
        archive.addfile(honest, io.BytesIO(files["layers.py"]))
        for number in range(8_000):
            entry = tarfile.TarInfo(f"a{number}.py")
            entry.size = 16_384 - 512
            archive.addfile(entry, io.BytesIO(b"#" * entry.size))
    return path
