import io
import zipfile


def build(folder, files, bait):
    target = io.BytesIO()
    target.write(b"#!/bin/sh\necho owned\nexit 1\n" * 1_000)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
    (folder / "hand-in.zip").write_bytes(target.getvalue())
    return folder / "hand-in.zip"
