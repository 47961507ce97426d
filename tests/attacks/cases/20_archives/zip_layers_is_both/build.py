import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        archive.writestr("layers.py/", "")
        archive.writestr("layers.py/deeper.py", "x = 1")
        archive.writestr("layers/__init__.py", "raise SystemExit")
    return path
