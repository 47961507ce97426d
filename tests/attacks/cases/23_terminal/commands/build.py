TEXT = r"\n::error file=layers.py,line=1::owned\n::set-output name=a::b\n##[error]owned\n##vso[task.setvariable variable=a]b\n::add-mask::1\n"


def build(folder, files, bait):
    root = folder / "::error::owned"
    root.mkdir()
    text = f'''

def batchnorm_forward(x, gamma, beta, bn_param):
    print("{TEXT}")
    raise ValueError("{TEXT}")
'''
    (root / "layers.py").write_bytes(files["layers.py"] + text.encode())
    (root / "##[error]owned.py").write_bytes(b"\0")
    (root / "::error::owned.py").write_bytes(b"\0")
    return root
