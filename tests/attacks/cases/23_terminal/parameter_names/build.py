NETWORK = r'''
import numpy as np

TEXT = "\ud800\x1b[2J\x1b]0;owned\x07\n::error::owned\u202e100/100"


class FullyConnectedNet:
    def __init__(self, *sizes, **more):
        names = [TEXT, "W1", "x" * 3_000_000]
        self.params = {name: np.zeros((1, 1)) for name in names}
        self.bn_params = []

    def loss(self, X, y=None):
        return np.zeros((len(X), 10)) if y is None else (0.0, self.params)
'''


def build(folder, files, bait):
    root = folder / "hand-in"
    (root / "classifiers").mkdir(parents=True)
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "classifiers" / "fc_net.py").write_text(NETWORK)
    return root
