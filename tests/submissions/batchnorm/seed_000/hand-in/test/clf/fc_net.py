import numpy as np

from test.layers import *


class FullyConnectedNet(object):
    def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10, dropout=0, use_batchnorm=False,
                 reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.use_batchnorm = use_batchnorm
        self.reg = reg
        self.num_layers = len(hidden_dims) + 1
        self.dtype = dtype
        self.params = {}

        last = input_dim
        for i, h in enumerate(hidden_dims):
            n = str(i + 1)
            self.params['W' + n] = weight_scale * np.random.randn(last, h)
            self.params['b' + n] = np.zeros(h)
            if use_batchnorm:
                self.params['gamma' + n] = np.ones(h)
                self.params['beta' + n] = np.zeros(h)
            last = h
        n = str(self.num_layers)
        self.params['W' + n] = weight_scale * np.random.randn(last, num_classes)
        self.params['b' + n] = np.zeros(num_classes)

        self.bn_params = []
        if use_batchnorm:
            self.bn_params = [{'mode': 'train'} for i in range(len(hidden_dims))]
        for k in self.params:
            self.params[k] = self.params[k].astype(dtype)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        for p in self.bn_params:
            p['mode'] = 'train' if y is not None else 'test'

        h = X
        affine_caches, bn_caches, relu_caches = {}, {}, {}
        for i in range(1, self.num_layers):
            h, affine_caches[i] = affine_forward(h, self.params['W%d' % i], self.params['b%d' % i])
            if self.use_batchnorm:
                gamma, beta = self.params['gamma%d' % i], self.params['beta%d' % i]
                h, bn_caches[i] = batchnorm_forward(h, gamma, beta, self.bn_params[i - 1])
            h, relu_caches[i] = relu_forward(h)
        L = self.num_layers
        scores, affine_caches[L] = affine_forward(h, self.params['W%d' % L], self.params['b%d' % L])
        if y is None:
            return scores

        loss, d = softmax_loss(scores, y)
        grads = {}
        for i in range(L, 0, -1):
            if i < L:
                d = relu_backward(d, relu_caches[i])
                if self.use_batchnorm:
                    d, grads['gamma%d' % i], grads['beta%d' % i] = batchnorm_backward(d, bn_caches[i])
            W = self.params['W%d' % i]
            d, dW, grads['b%d' % i] = affine_backward(d, affine_caches[i])
            grads['W%d' % i] = dW + self.reg * W
            loss += 0.5 * self.reg * np.sum(W * W)
        return loss, grads
