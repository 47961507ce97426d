import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        for name in (".", "..", "...", "./.", "a/..", "....py", ". .", ".. /x.py"):
            archive.writestr(name, "owned = 1")
    return path
