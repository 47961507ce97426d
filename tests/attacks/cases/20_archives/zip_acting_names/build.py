import zipfile


def build(folder, files, bait):
    path = folder / "hand-in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("layers.py", files["layers.py"])
        for name in ("\x1b[2J\x1b]0;owned\x07.py", "\u202eyp.srey\u2066al.py", "a\nb\r\n.py", "<script>document.title=1</script>.py", "../\x1b]52;c;b3duZWQ=\x07.py", "../::error::x.py", "a\x00.py"):
            archive.writestr(name, "x = 1")
    return path
