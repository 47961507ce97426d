import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("layers.py", files["layers.py"])
        with archive.open("bomb.py", "w", force_zip64=True) as stream:
            for _ in range(512):
                stream.write(bytes(1 << 20))
    return path
