import numpy as np
from layers import *


class FullyConnectedNet:

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        if seed is not None:
            np.random.seed(seed)
        self.normalization = normalization
        self.reg = reg
        self.dtype = dtype
        self.params = {}
        self.bn_params = []
        before = input_dim
        number = 1
        for size in hidden_dims:
            self.add_weights(number, before, size, weight_scale)
            if normalization is not None:
                self.params['gamma%d' % number] = np.ones(size, dtype=dtype)
                self.params['beta%d' % number] = np.zeros(size, dtype=dtype)
                self.bn_params.append({'mode': 'train'})
            before = size
            number += 1
        self.add_weights(number, before, num_classes, weight_scale)
        self.num_layers = number

    def add_weights(self, number, before, size, weight_scale):
        w = np.random.normal(loc=0.0, scale=weight_scale, size=(before, size))
        self.params['W%d' % number] = w.astype(self.dtype)
        self.params['b%d' % number] = np.zeros(size, dtype=self.dtype)

    def loss(self, X, y=None):
        for bn_param in self.bn_params:
            bn_param['mode'] = 'train'
            if y is None:
                bn_param['mode'] = 'test'

        caches = []
        out = X.astype(self.dtype)
        for i in range(1, self.num_layers):
            out, affine = affine_forward(out, self.params['W%d' % i], self.params['b%d' % i])
            caches.append(affine)
            if self.normalization is not None:
                if self.normalization == 'batchnorm':
                    norm = batchnorm_forward
                else:
                    norm = layernorm_forward
                out, cache = norm(out, self.params['gamma%d' % i], self.params['beta%d' % i],
                                  self.bn_params[i - 1])
                caches.append(cache)
            out, relu = relu_forward(out)
            caches.append(relu)
        i = self.num_layers
        scores, affine = affine_forward(out, self.params['W%d' % i], self.params['b%d' % i])
        if y is None:
            return scores

        loss, dout = softmax_loss(scores, y)
        grads = {}
        dout, grads['W%d' % i], grads['b%d' % i] = affine_backward(dout, affine)
        while i > 1:
            i -= 1
            dout = relu_backward(dout, caches.pop())
            if self.normalization == 'batchnorm':
                dout, grads['gamma%d' % i], grads['beta%d' % i] = batchnorm_backward_alt(
                    dout, caches.pop())
            if self.normalization == 'layernorm':
                dout, grads['gamma%d' % i], grads['beta%d' % i] = layernorm_backward(
                    dout, caches.pop())
            dout, grads['W%d' % i], grads['b%d' % i] = affine_backward(dout, caches.pop())
        for i in range(1, self.num_layers + 1):
            W = self.params['W%d' % i]
            for row in W:
                loss += 0.5 * self.reg * sum(row * row)
            grads['W%d' % i] = grads['W%d' % i] + self.reg * W
        return loss, grads
