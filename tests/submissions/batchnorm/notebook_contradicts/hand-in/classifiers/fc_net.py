import numpy as np

import layers as L


class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization, self.reg, self.dtype = normalization, reg, dtype
        self.depth = len(hidden_dims) + 1
        self.params = {}
        rows = input_dim
        for k, columns in enumerate([*hidden_dims, num_classes], start=1):
            self.params[f"W{k}"] = (np.random.randn(rows, columns) * weight_scale).astype(dtype)
            self.params[f"b{k}"] = np.zeros(columns, dtype)
            if normalization and k < self.depth:
                self.params[f"gamma{k}"] = np.ones(columns, dtype)
                self.params[f"beta{k}"] = np.zeros(columns, dtype)
            rows = columns
        self.bn_params = [{"mode": "train"} for _ in hidden_dims] if normalization else []

    def loss(self, X, y=None):
        for state in self.bn_params:
            state["mode"] = "test" if y is None else "train"
        forward = {"batchnorm": L.batchnorm_forward, "layernorm": L.layernorm_forward}
        backward = {"batchnorm": L.batchnorm_backward_alt, "layernorm": L.layernorm_backward}
        p, kept, h = self.params, [], X.astype(self.dtype)
        for k in range(1, self.depth):
            h, fc = L.affine_forward(h, p[f"W{k}"], p[f"b{k}"])
            norm = None
            if self.normalization:
                h, norm = forward[self.normalization](
                    h, p[f"gamma{k}"], p[f"beta{k}"], self.bn_params[k - 1])
            h, relu = L.relu_forward(h)
            kept.append((fc, norm, relu))
        scores, fc = L.affine_forward(h, p[f"W{self.depth}"], p[f"b{self.depth}"])
        if y is None:
            return scores
        loss, d = L.softmax_loss(scores, y)
        grads = {}
        d, grads[f"W{self.depth}"], grads[f"b{self.depth}"] = L.affine_backward(d, fc)
        for k in range(self.depth - 1, 0, -1):
            fc, norm, relu = kept[k - 1]
            d = L.relu_backward(d, relu)
            if norm is not None:
                d, grads[f"gamma{k}"], grads[f"beta{k}"] = backward[self.normalization](d, norm)
            d, grads[f"W{k}"], grads[f"b{k}"] = L.affine_backward(d, fc)
        for k in range(1, self.depth + 1):
            loss += 0.5 * self.reg * (p[f"W{k}"] ** 2).sum()
            grads[f"W{k}"] = grads[f"W{k}"] + self.reg * p[f"W{k}"]
        return loss, grads
