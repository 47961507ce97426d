TEXT = r"\u202e001\u202c \u2066x\u2069 \u200b\u200d\ufeff \u3164 Z" + r"\u0301" * 200 + r" \U000e0041 \ue000 \ud800 \u2028::error::x"


def build(folder, files, bait):
    path = folder / "layers.py"
    text = f'''

def batchnorm_forward(x, gamma, beta, bn_param):
    print("{TEXT}".encode("utf-8", "replace").decode())
    raise ValueError("{TEXT}")
'''
    path.write_bytes(files["layers.py"] + text.encode())
    return path
