CONSTANTS = b"""
def huge():
    return 9**9**9**9, ("a" * 4096,) * 4096 * 4096, 1 << (1 << 40), "a" * (1 << 40)


"""


def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(CONSTANTS + files["layers.py"])
    return path
