import numpy as np

from ..layers import *


class FullyConnectedNet(object):
    """affine - [norm] - relu, again and again, then affine - softmax."""

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=1,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization = normalization
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}

        dims = [input_dim] + list(hidden_dims) + [num_classes]
        for l in range(1, self.num_layers + 1):
            self.params["W%d" % l] = weight_scale * np.random.randn(dims[l - 1], dims[l])
            self.params["b%d" % l] = np.zeros(dims[l])
            if normalization is not None and l < self.num_layers:
                self.params["gamma%d" % l] = np.ones(dims[l])
                self.params["beta%d" % l] = np.zeros(dims[l])

        self.bn_params = [{"mode": "train"} for _ in range(self.num_layers - 1)]
        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        mode = "test" if y is None else "train"
        for bn_param in self.bn_params:
            bn_param["mode"] = mode

        a, caches = X, []
        for l in range(1, self.num_layers):
            a, fc = affine_forward(a, self.params["W%d" % l], self.params["b%d" % l])
            norm = None
            if self.normalization is not None:
                forward = batchnorm_forward if self.normalization == "batchnorm" else layernorm_forward
                a, norm = forward(a, self.params["gamma%d" % l], self.params["beta%d" % l],
                                  self.bn_params[l - 1])
            a, relu = relu_forward(a)
            caches.append((fc, norm, relu))
        L = self.num_layers
        scores, last = affine_forward(a, self.params["W%d" % L], self.params["b%d" % L])
        if mode == "test":
            return scores

        loss, dscores = softmax_loss(scores, y)
        grads = {}
        da, grads["W%d" % L], grads["b%d" % L] = affine_backward(dscores, last)
        for l in range(L - 1, 0, -1):
            fc, norm, relu = caches[l - 1]
            da = relu_backward(da, relu)
            if self.normalization == "batchnorm":
                da, grads["gamma%d" % l], grads["beta%d" % l] = batchnorm_backward(da, norm)
            elif self.normalization == "layernorm":
                da, grads["gamma%d" % l], grads["beta%d" % l] = layernorm_backward(da, norm)
            da, grads["W%d" % l], grads["b%d" % l] = affine_backward(da, fc)
        for l in range(1, L + 1):
            W = self.params["W%d" % l]
            loss += 0.5 * self.reg * np.sum(W * W)
            grads["W%d" % l] += self.reg * W
        return loss, grads
