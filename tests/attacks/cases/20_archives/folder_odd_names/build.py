import os


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    for raw in (b"\xff\xfe.py", b"\x1b[2J.py", b"a\nb.py", "\u202eyp.py".encode(), b"-rf.py", b"::error::x.py", b"$(id).py"):
        with open(os.fsencode(root) + b"/" + raw, "w") as file:
            file.write("x = 1")
    return root
