import zipfile

NAMES = ['=1+1', '+1', '-1', '@SUM(1)', '|cmd']


def build(folder, files, bait):
    path = folder / (NAMES[0] + ".zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("layers.py", files["layers.py"])
        for number, name in enumerate(NAMES):
            archive.writestr(f"{name}{number}.py", "x = \0")
    return path
