def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(files["layers.py"] + b"""

def batchnorm_forward(x, gamma, beta, bn_param):
    raise ValueError("a " * 5_000_000)
""")
    return path
