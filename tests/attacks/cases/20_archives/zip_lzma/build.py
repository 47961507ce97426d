import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        archive.writestr("bomb.py", bytes(1 << 20), zipfile.ZIP_LZMA)
    return path
