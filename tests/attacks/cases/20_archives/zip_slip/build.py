import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        archive.writestr("../" * 12 + bait["GRADEBOOK"].lstrip("/") + ".py", "owned = 1")
        archive.writestr("../" * 12 + bait["TARGET"].lstrip("/") + ".py", "owned = 1")
    return path
