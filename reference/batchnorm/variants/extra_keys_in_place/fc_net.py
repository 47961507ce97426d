import numpy as np
import layers


class FullyConnectedNet:

    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=0.01, dtype=np.float32, seed=None,
                 verbose=False):
        self.hidden_dims = list(hidden_dims)
        self.normalization = normalization
        self.reg = reg
        self.dtype = dtype
        self.verbose = verbose
        self.params = {}
        d = input_dim
        for n, h in enumerate(self.hidden_dims + [num_classes]):
            self.params["W%d" % (n + 1)] = np.empty((d, h), dtype)
            self.params["W%d" % (n + 1)][...] = np.random.normal(0.0, 1.0, (d, h))
            self.params["W%d" % (n + 1)] *= weight_scale
            self.params["b%d" % (n + 1)] = np.zeros(h, dtype)
            d = h
        self.bn_params = []
        if normalization:
            for n, h in enumerate(self.hidden_dims):
                self.params["gamma%d" % (n + 1)] = np.full(h, 1, dtype)
                self.params["beta%d" % (n + 1)] = np.full(h, 0, dtype)
                self.bn_params.append({"mode": "train", "layer": n + 1})

    def loss(self, X, y=None):
        for bn_param in self.bn_params:
            bn_param["mode"] = ["train", "test"][y is None]
        out = X.astype(self.dtype)
        caches = []
        for n in range(len(self.hidden_dims)):
            i = str(n + 1)
            out, c = layers.affine_forward(out, self.params["W" + i], self.params["b" + i])
            caches.append(c)
            if self.normalization:
                forward = getattr(layers, self.normalization + "_forward")
                out, c = forward(out, self.params["gamma" + i], self.params["beta" + i],
                                 self.bn_params[n])
                caches.append(c)
            out, c = layers.relu_forward(out)
            caches.append(c)
        i = str(len(self.hidden_dims) + 1)
        out, c = layers.affine_forward(out, self.params["W" + i], self.params["b" + i])
        if y is None:
            return out

        loss, d = layers.softmax_loss(out, y)
        grads = dict.fromkeys(self.params)
        d, grads["W" + i], grads["b" + i] = layers.affine_backward(d, c)
        for n in reversed(range(len(self.hidden_dims))):
            i = str(n + 1)
            d = layers.relu_backward(d, caches.pop())
            if self.normalization:
                backward = getattr(layers, self.normalization + "_backward")
                d, grads["gamma" + i], grads["beta" + i] = backward(d, caches.pop())
            d, grads["W" + i], grads["b" + i] = layers.affine_backward(d, caches.pop())
        for name in self.params:
            if name[:1] == "W":
                grads[name] += self.reg * self.params[name]
                loss += 0.5 * self.reg * (self.params[name].ravel() @ self.params[name].ravel())
        if self.verbose:
            print("loss", loss)
        return loss, grads
