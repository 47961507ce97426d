import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        for kind in (0o020666, 0o060666, 0o010666, 0o140666):
            entry = zipfile.ZipInfo(f"device{kind:o}.py")
            entry.external_attr = kind << 16
            archive.writestr(entry, "x = 1")
    return path
