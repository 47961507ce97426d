import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        entry = zipfile.ZipInfo("layers.py")
        entry.filename = bait["TARGET"] + ".py"
        archive.writestr(entry, "owned = 1")
    return path
