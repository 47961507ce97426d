def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "classmate.py").symlink_to(bait["CLASSMATE"])
    (root / "everything").symlink_to("/")
    (root / "loop").symlink_to(root)
    (root / "loop.py").symlink_to("loop.py")
    return root
