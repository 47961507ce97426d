def build(folder, files, bait):
    path = folder / "=HYPERLINK(1).py"
    path.write_bytes(files["layers.py"] + b"""

def batchnorm_forward(x, gamma, beta, bn_param):
    print("=cmd|' /C calc'!A0")
    raise ValueError("=HYPERLINK(\\"http://beacon.invalid/\\")")
""")
    return path
