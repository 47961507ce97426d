import numpy as np

from test.layers import *


class FullyConnectedNet(object):

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization, self.reg, self.dtype = normalization, reg, dtype
        self.num_layers = len(hidden_dims) + 1
        sizes = [input_dim] + list(hidden_dims) + [num_classes]
        self.params = {}
        for i in range(1, len(sizes)):
            self.params[f"W{i}"] = weight_scale * np.random.randn(sizes[i - 1], sizes[i])
            self.params[f"b{i}"] = np.zeros(sizes[i])
        for i in range(1, len(sizes) - 1):
            if normalization in ("batchnorm", "layernorm"):
                self.params[f"gamma{i}"] = np.ones(sizes[i])
                self.params[f"beta{i}"] = np.zeros(sizes[i])
        for name in list(self.params):
            self.params[name] = self.params[name].astype(dtype)
        self.bn_params = {i: {"mode": "train"} for i in range(1, self.num_layers)}

    def loss(self, X, y=None):
        training = y is not None
        a = {0: X.astype(self.dtype)}
        affine, norm, relu = {}, {}, {}
        for i in range(1, self.num_layers + 1):
            z, affine[i] = affine_forward(a[i - 1], self.params[f"W{i}"], self.params[f"b{i}"])
            if i == self.num_layers:
                break
            if self.normalization == "batchnorm":
                self.bn_params[i]["mode"] = "train" if training else "test"
                z, norm[i] = batchnorm_forward(z, self.params[f"gamma{i}"],
                                               self.params[f"beta{i}"], self.bn_params[i])
            if self.normalization == "layernorm":
                z, norm[i] = layernorm_forward(z, self.params[f"gamma{i}"],
                                               self.params[f"beta{i}"], {})
            a[i], relu[i] = relu_forward(z)
        if not training:
            return z

        data_loss, dz = softmax_loss(z, y)
        weights = [self.params[f"W{i}"] for i in range(1, self.num_layers + 1)]
        reg_loss = 0.5 * self.reg * np.sum([np.sum(W * W) for W in weights])
        grads = {}
        for i in range(self.num_layers, 0, -1):
            if i in relu:
                dz = relu_backward(da, relu[i])
            if i in norm:
                backward = batchnorm_backward
                if self.normalization == "layernorm":
                    backward = layernorm_backward
                dz, grads[f"gamma{i}"], grads[f"beta{i}"] = backward(dz, norm[i])
            da, grads[f"W{i}"], grads[f"b{i}"] = affine_backward(dz, affine[i])
            grads[f"W{i}"] += self.reg * self.params[f"W{i}"]
        return data_loss + reg_loss, grads
