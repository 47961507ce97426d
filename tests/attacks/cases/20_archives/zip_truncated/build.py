import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("layers.py", files["layers.py"])
    path.write_bytes(path.read_bytes()[:5_000])
    return path
