import numpy as np

try:
    from ..layers import *
except ImportError:
    from layers import *


class Affine:
    names = 'W', 'b'

    def forward(self, x, w, b, bn_param):
        out, self.cache = affine_forward(x, w, b)
        return out

    def backward(self, dout):
        return affine_backward(dout, self.cache)


class Relu:
    names = ()

    def forward(self, x, bn_param):
        out, self.cache = relu_forward(x)
        return out

    def backward(self, dout):
        return relu_backward(dout, self.cache),


class BatchNorm:
    names = 'gamma', 'beta'

    def forward(self, x, gamma, beta, bn_param):
        out, self.cache = batchnorm_forward(x, gamma, beta, bn_param)
        return out

    def backward(self, dout):
        return batchnorm_backward(dout, self.cache)


class LayerNorm(BatchNorm):

    def forward(self, x, gamma, beta, bn_param):
        out, self.cache = layernorm_forward(x, gamma, beta, bn_param)
        return out

    def backward(self, dout):
        return layernorm_backward(dout, self.cache)


class FullyConnectedNet:

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.reg, self.dtype = reg, dtype
        kind = {None: [], 'batchnorm': [BatchNorm], 'layernorm': [LayerNorm]}[normalization]
        self.stack = []
        for i in range(len(hidden_dims)):
            self.stack += [(cls(), str(i + 1)) for cls in [Affine, *kind, Relu]]
        self.stack.append((Affine(), str(len(hidden_dims) + 1)))
        self.bn_params = [{'mode': 'train'} for _ in range(len(hidden_dims) + 1)]

        self.params = {}
        size, sizes = input_dim, [*hidden_dims, num_classes]
        for layer, i in self.stack:
            after = sizes[int(i) - 1]
            if layer.names == ('W', 'b'):
                self.params['W' + i] = (np.random.randn(size, after) * weight_scale).astype(dtype)
                self.params['b' + i] = np.zeros(after, dtype)
                size = after
            elif layer.names:
                self.params['gamma' + i] = np.ones(after, dtype)
                self.params['beta' + i] = np.zeros(after, dtype)

    def loss(self, X, y=None):
        out = X.astype(self.dtype)
        for layer, i in self.stack:
            bn_param = self.bn_params[int(i) - 1]
            bn_param['mode'] = 'train' if y is not None else 'test'
            out = layer.forward(out, *[self.params[n + i] for n in layer.names], bn_param)
        if y is None:
            return out
        loss, d = softmax_loss(out, y)
        grads = {}
        for layer, i in self.stack[::-1]:
            d, *rest = layer.backward(d)
            grads.update({name + i: g for name, g in zip(layer.names, rest)})
        for name in [n for n in self.params if n.startswith('W')]:
            loss += 0.5 * self.reg * (self.params[name] ** 2).sum()
            grads[name] = grads[name] + self.reg * self.params[name]
        return loss, grads
