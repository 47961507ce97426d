import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("layers.py")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, bait["CLASSMATE"])
    return path
