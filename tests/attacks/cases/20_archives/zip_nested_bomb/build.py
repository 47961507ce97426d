import io
import zipfile


def packed(name, content):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}{name}", content)
    return target.getvalue()


def build(folder, files, bait):
    content = packed(".py", bytes(64 << 20))
    for _ in range(6):
        content = packed(".zip", content)
    (folder / "hand-in.zip").write_bytes(content)
    return folder / "hand-in.zip"
