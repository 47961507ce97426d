import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        for name in ("C:\\Windows\\a.py", "//server/share/b.py", "layers.py::$DATA", "layers.py:evil.py"):
            archive.writestr(name, "owned = 1")
    return path
