import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        import warnings

        warnings.simplefilter("ignore")
        archive.writestr("layers.py", "raise SystemExit")
        archive.writestr("layers.py", files["layers.py"])
    return path
