import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        for name in ("LAYERS.PY", "Layers.py", "layers.Py", "la\u0301yers.py", "l\u00e1yers.py", "layers.py\u00a0", "\uff4cayers.py"):
            archive.writestr(name, "raise SystemExit")
    return path
