import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        entry = zipfile.ZipInfo("out.py")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, bait["TARGET"].rpartition("/")[0])
        archive.writestr("out.py/target.py", "owned = 1")
    return path
