import zipfile


def build(folder, files, bait):
    path = folder / "<img src=x onerror=alert(1)>.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("<script>alert(1)<\\script>/layers.py", files["layers.py"])
        archive.writestr("javascript:alert(1).py", "x = 1")
        archive.writestr("' onmouseover='alert(1).py", "x = \0")
        archive.writestr("../&lt;svg onload=alert(1)&gt;.py", "x = 1")
    return path
