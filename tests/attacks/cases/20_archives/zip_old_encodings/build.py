import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        for number, encoding in enumerate(("shift_jis", "gbk", "latin-1", "utf-16-le")):
            raw = "\u00e9" if encoding == "latin-1" else "\u5c64"
            entry = zipfile.ZipInfo("x")
            entry.filename = raw.encode(encoding).decode("latin-1") + f"{number}.py"
            archive.writestr(entry, "x = 1")
    return path
