import numpy as np
from layers import *
from layer_utils import affine_relu_forward, affine_relu_backward


class Parameters(dict):
    """also params['W', 3] for params['W3']"""

    def __getitem__(self, key):
        return super().__getitem__(key if isinstance(key, str) else '%s%d' % key)

    def __setitem__(self, key, value):
        super().__setitem__(key if isinstance(key, str) else '%s%d' % key, value)


class FullyConnectedNet:

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.params = Parameters()
        self.norm, self.reg, self.dtype = normalization, reg, dtype
        self.bn_params = []
        width = input_dim
        for i, dim in enumerate(hidden_dims, 1):
            self.params['W', i] = np.random.normal(0, weight_scale, (width, dim)).astype(dtype)
            self.params['b', i] = np.zeros(dim, dtype)
            if self.norm:
                self.params['gamma', i] = np.ones(dim, dtype)
                self.params['beta', i] = np.zeros(dim, dtype)
                self.bn_params.append({'mode': 'train', 'momentum': 0.9})
            width = dim
        self.top = len(hidden_dims) + 1
        self.params['W', self.top] = np.random.normal(0, weight_scale, (width, num_classes)).astype(dtype)
        self.params['b', self.top] = np.zeros(num_classes, dtype)

    def loss(self, X, y=None):
        p, caches = self.params, []
        x = X.astype(self.dtype)
        for i in range(1, self.top):
            if self.norm is None:
                x, cache = affine_relu_forward(x, p['W', i], p['b', i])
            else:
                x, affine = affine_forward(x, p['W', i], p['b', i])
                if self.norm == 'batchnorm':
                    self.bn_params[i - 1]['mode'] = 'test' if y is None else 'train'
                    x, norm = batchnorm_forward(x, p['gamma', i], p['beta', i], self.bn_params[i - 1])
                else:
                    x, norm = layernorm_forward(x, p['gamma', i], p['beta', i], {})
                x, relu = relu_forward(x)
                cache = affine, norm, relu
            caches.append(cache)
        scores, top = affine_forward(x, p['W', self.top], p['b', self.top])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        grads = Parameters()
        d, grads['W', self.top], grads['b', self.top] = affine_backward(d, top)
        for i in range(self.top - 1, 0, -1):
            if self.norm is None:
                d, grads['W', i], grads['b', i] = affine_relu_backward(d, caches[i - 1])
                continue
            affine, norm, relu = caches[i - 1]
            back = batchnorm_backward_alt if self.norm == 'batchnorm' else layernorm_backward
            d, grads['gamma', i], grads['beta', i] = back(relu_backward(d, relu), norm)
            d, grads['W', i], grads['b', i] = affine_backward(d, affine)
        for i in range(1, self.top + 1):
            loss += 0.5 * self.reg * np.einsum('ij,ij', p['W', i], p['W', i])
            grads['W', i] += self.reg * p['W', i]
        return loss, grads
