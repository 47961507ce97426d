import numpy as np

from cs682.layers import *


class FullyConnectedNet(object):

    def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10, dropout=1,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None,
                 use_batchnorm=False):
        self.normalization = 'batchnorm' if use_batchnorm else normalization
        self.reg, self.dtype = reg, dtype
        self.dims = np.concatenate([[input_dim], hidden_dims, [num_classes]]).astype(int)
        self.num_layers = len(self.dims) - 1
        random = np.random.RandomState(seed) if seed is not None else np.random
        self.params = {}
        for i, (m, n) in enumerate(zip(self.dims[:-1], self.dims[1:]), 1):
            self.params.update({f'W{i}': random.standard_normal((m, n)) * weight_scale,
                                f'b{i}': np.zeros(n)})
            if self.normalization and i < self.num_layers:
                self.params.update({f'gamma{i}': np.ones(n), f'beta{i}': np.zeros(n)})
        for name in self.params:
            self.params[name] = self.params[name].astype(dtype)
        self.bn_params = [{'mode': 'train'} for _ in range(self.num_layers - 1)]

    def norm(self, i, h):
        gamma, beta = self.params[f'gamma{i}'], self.params[f'beta{i}']
        if self.normalization == 'batchnorm':
            return batchnorm_forward(h, gamma, beta, self.bn_params[i - 1])
        return layernorm_forward(h, gamma, beta, self.bn_params[i - 1])

    def loss(self, X, y=None):
        for p in self.bn_params:
            p.update(mode='train' if y is not None else 'test')
        h, stack = X.astype(self.dtype), []
        for i in range(1, self.num_layers):
            h, fc = affine_forward(h, self.params[f'W{i}'], self.params[f'b{i}'])
            h, norm = self.norm(i, h) if self.normalization else (h, None)
            h, relu = relu_forward(h)
            stack.append((i, fc, norm, relu))
        L = self.num_layers
        scores, fc = affine_forward(h, self.params[f'W{L}'], self.params[f'b{L}'])
        if y is None:
            return scores
        loss, dh = softmax_loss(scores, y)
        grads = {}
        dh, grads[f'W{L}'], grads[f'b{L}'] = affine_backward(dh, fc)
        while stack:
            i, fc, norm, relu = stack.pop()
            dh = relu_backward(dh, relu)
            if self.normalization:
                back = {'batchnorm': batchnorm_backward_alt, 'layernorm': layernorm_backward}
                dh, grads[f'gamma{i}'], grads[f'beta{i}'] = back[self.normalization](dh, norm)
            dh, grads[f'W{i}'], grads[f'b{i}'] = affine_backward(dh, fc)
        weights = [f'W{i}' for i in range(1, L + 1)]
        loss += self.reg / 2 * sum(np.linalg.norm(self.params[w]) ** 2 for w in weights)
        for w in weights:
            grads[w] += self.reg * self.params[w]
        return loss, grads
