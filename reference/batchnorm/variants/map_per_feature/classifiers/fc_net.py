import itertools

import numpy as np

from ..layers import *


class FullyConnectedNet:

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        dims = [input_dim, *hidden_dims, num_classes]
        self.norm, self.reg, self.dtype, self.depth = normalization, reg, dtype, len(dims) - 1
        gauss = iter(lambda: np.random.randn(), None)
        self.params = {}
        for i, (n, m) in enumerate(zip(dims, dims[1:]), start=1):
            w = np.fromiter(itertools.islice(gauss, n * m), float, n * m)
            self.params[f'W{i}'] = (weight_scale * w.reshape(n, m)).astype(dtype)
            self.params[f'b{i}'] = np.zeros(m, dtype)
        if self.norm is not None:
            for i, m in enumerate(hidden_dims, start=1):
                self.params[f'gamma{i}'], self.params[f'beta{i}'] = np.ones(m, dtype), np.zeros(m, dtype)
        self.bn_params = tuple({'mode': 'train'} for _ in hidden_dims)

    def forward(self, x, i):
        """layers i, i + 1, ... ; yields the caches on the way, and the scores last"""
        out, affine = affine_forward(x, self.params[f'W{i}'], self.params[f'b{i}'])
        if i == self.depth:
            yield affine
            yield out
            return
        norm = None
        if self.norm is not None:
            forward = batchnorm_forward if self.norm == 'batchnorm' else layernorm_forward
            out, norm = forward(out, self.params[f'gamma{i}'], self.params[f'beta{i}'],
                                self.bn_params[i - 1])
        out, relu = relu_forward(out)
        yield affine, norm, relu
        yield from self.forward(out, i + 1)

    def loss(self, X, y=None):
        for each in self.bn_params:
            each['mode'] = 'test' if y is None else 'train'
        *hidden, last, scores = self.forward(X.astype(self.dtype), 1)
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        grads, i = {}, self.depth
        d, grads[f'W{i}'], grads[f'b{i}'] = affine_backward(d, last)
        for affine, norm, relu in hidden[::-1]:
            i -= 1
            d = relu_backward(d, relu)
            if norm is not None:
                # small batches here: the simple version is fast enough
                backward = batchnorm_backward if self.norm == 'batchnorm' else layernorm_backward
                d, grads[f'gamma{i}'], grads[f'beta{i}'] = backward(d, norm)
            d, grads[f'W{i}'], grads[f'b{i}'] = affine_backward(d, affine)
        weights = {name: w for name, w in self.params.items() if name.startswith('W')}
        grads.update({name: grads[name] + self.reg * w for name, w in weights.items()})
        return loss + self.reg * sum(map(np.sum, (w * w for w in weights.values()))) / 2, grads
