import zipfile

NAMES = ['\t=1+1', '\r=1', '\n=1', ' =1+1', '\u200b=1', '\uff1d1+1', '\u00a0=1', "'=1"]


def build(folder, files, bait):
    path = folder / (NAMES[0] + ".zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("layers.py", files["layers.py"])
        for number, name in enumerate(NAMES):
            archive.writestr(f"{name}{number}.py", "x = \0")
    return path
