import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        archive.writestr("a" * 60_000 + ".py", "x = 1")
        archive.writestr("a" * 300 + ".py", "x = 1")
        archive.writestr("d/" * 30_000 + "b.py", "x = 1")
    return path
