import numpy as np

from layers import (affine_backward, affine_forward, batchnorm_backward, batchnorm_forward,
                    layernorm_backward, layernorm_forward, relu_backward, relu_forward,
                    softmax_loss)


class FullyConnectedNet:
    """Recursive: a layer calls the layers above it and then has the gradient of its output."""

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization = normalization
        self.reg = reg
        self.dtype = dtype
        dims = [input_dim, *hidden_dims, num_classes]
        self.last = len(dims) - 1
        rng = np.random.default_rng(seed)
        self.params = {}
        for i in range(self.last, 0, -1):
            n, m = dims[i - 1], dims[i]
            self.params["W%d" % i] = rng.normal(0, weight_scale, (n, m)).astype(dtype)
            self.params["b%d" % i] = np.zeros(m, dtype)
            if normalization and i < self.last:
                self.params["gamma%d" % i] = np.ones(m, dtype)
                self.params["beta%d" % i] = np.zeros(m, dtype)
        self.bn_params = [{} for _ in hidden_dims]

    def loss(self, X, y=None):
        grads = {}
        result, _ = self._above(1, X.astype(self.dtype), y, grads)
        return result if y is None else (result, grads)

    def _above(self, i, x, y, grads):
        """The scores (or the loss) given the input of layer i, and the gradient by that input."""
        p = lambda name: self.params[name + str(i)]
        a, fc = affine_forward(x, p("W"), p("b"))
        if i == self.last:
            if y is None:
                return a, None
            loss, da = softmax_loss(a, y)
        else:
            bn_param = self.bn_params[i - 1]
            bn_param["mode"] = "test" if y is None else "train"
            if self.normalization == "batchnorm":
                a, norm = batchnorm_forward(a, p("gamma"), p("beta"), bn_param)
            elif self.normalization == "layernorm":
                a, norm = layernorm_forward(a, p("gamma"), p("beta"), bn_param)
            a, relu = relu_forward(a)
            loss, da = self._above(i + 1, a, y, grads)
            if y is None:
                return loss, None
            da = relu_backward(da, relu)
            if self.normalization:
                back = {"batchnorm": batchnorm_backward, "layernorm": layernorm_backward}
                da, grads["gamma%d" % i], grads["beta%d" % i] = back[self.normalization](da, norm)
        dx, dW, db = affine_backward(da, fc)
        grads["W%d" % i] = dW + self.reg * p("W")
        grads["b%d" % i] = db
        return loss + 0.5 * self.reg * (p("W") ** 2).sum(), dx
