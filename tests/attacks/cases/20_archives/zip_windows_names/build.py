import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        for name in ("CON.py", "nul.py", "aux/COM1.py", "layers.py.", "layers.py ", "LPT1", "layers.py..."):
            archive.writestr(name, "owned = 1")
    return path
