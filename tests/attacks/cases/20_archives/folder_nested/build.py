import os


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    os.chdir(root)
    for _ in range(500):
        os.mkdir("a" * 20)
        os.chdir("a" * 20)
    open("deep.py", "w").close()
    os.chdir("/")
    return root
