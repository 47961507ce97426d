import numpy as np

try:
    from .. import layers
except ImportError:
    import layers


class FullyConnectedNet:

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.dtype = np.dtype(dtype)
        self.reg = self.dtype.type(reg)
        self.kind = normalization
        self.depth = len(hidden_dims) + 1
        rng = np.random if seed is None else np.random.RandomState(seed)
        self.params = {}
        sizes = (input_dim,) + tuple(hidden_dims) + (num_classes,)
        for i in range(self.depth):
            w = rng.randn(*sizes[i:i + 2]) * weight_scale
            self.params[f"W{i + 1}"] = w.astype(self.dtype)
            self.params[f"b{i + 1}"] = np.zeros(sizes[i + 1], self.dtype)
        for i, size in enumerate(hidden_dims if normalization else ()):
            self.params[f"gamma{i + 1}"] = np.ones(size, self.dtype)
            self.params[f"beta{i + 1}"] = np.zeros(size, self.dtype)
        self.bn_params = [{} for _ in hidden_dims]

    def _norm_forward(self, i, x, mode):
        gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
        if self.kind == "layernorm":
            return layers.layernorm_forward(x, gamma, beta, {})
        self.bn_params[i - 1]["mode"] = mode
        return layers.batchnorm_forward(x, gamma, beta, self.bn_params[i - 1])

    def loss(self, X, y=None):
        x = X.astype(self.dtype, copy=False)
        mode = "train" if y is not None else "test"
        history = []
        for i in range(1, self.depth + 1):
            x, affine = layers.affine_forward(x, self.params[f"W{i}"], self.params[f"b{i}"])
            entry = {"affine": affine}
            if i < self.depth:
                if self.kind:
                    x, entry["norm"] = self._norm_forward(i, x, mode)
                x, entry["relu"] = layers.relu_forward(x)
            history.append(entry)
        if mode == "test":
            return x

        loss, dx = layers.softmax_loss(x, y)
        grads = {}
        for i, entry in zip(range(self.depth, 0, -1), history[::-1]):
            if "relu" in entry:
                dx = layers.relu_backward(dx, entry["relu"])
            if "norm" in entry:
                back = getattr(layers, self.kind + "_backward")
                dx, grads[f"gamma{i}"], grads[f"beta{i}"] = back(dx, entry["norm"])
            dx, grads[f"W{i}"], grads[f"b{i}"] = layers.affine_backward(dx, entry["affine"])
        half = self.dtype.type(0.5)
        for i in range(1, self.depth + 1):
            w = self.params[f"W{i}"]
            loss += half * self.reg * np.square(w).sum()
            grads[f"W{i}"] += self.reg * w
        return loss, grads
