import zipfile


def build(folder, files, bait):
    path = folder / (NAMES[0] + ".zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("layers.py", files["layers.py"])
        for number, name in enumerate(NAMES):
            archive.writestr(f"{name}{number}.py", "x = \0")
    return path
