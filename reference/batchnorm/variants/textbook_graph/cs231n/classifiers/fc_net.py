from builtins import range
from builtins import object
import numpy as np

from ..layers import *


class FullyConnectedNet(object):
    """{affine - [batch/layer norm] - relu} x (L - 1) - affine - softmax"""

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=1,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization = normalization
        self.use_dropout = dropout != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}

        layer_dims = [input_dim] + hidden_dims + [num_classes]
        for i in range(1, self.num_layers + 1):
            self.params['W' + str(i)] = weight_scale * np.random.randn(layer_dims[i - 1],
                                                                        layer_dims[i])
            self.params['b' + str(i)] = np.zeros(layer_dims[i])
            if i != self.num_layers and self.normalization in ('batchnorm', 'layernorm'):
                self.params['gamma' + str(i)] = np.ones(layer_dims[i])
                self.params['beta' + str(i)] = np.zeros(layer_dims[i])

        self.bn_params = []
        if self.normalization == 'batchnorm':
            self.bn_params = [{'mode': 'train'} for i in range(self.num_layers - 1)]
        if self.normalization == 'layernorm':
            self.bn_params = [{} for i in range(self.num_layers - 1)]

        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        mode = 'test' if y is None else 'train'
        if self.normalization == 'batchnorm':
            for bn_param in self.bn_params:
                bn_param['mode'] = mode

        fc_cache, bn_cache, relu_cache = {}, {}, {}
        h = X
        for i in range(1, self.num_layers):
            w, b = self.params['W' + str(i)], self.params['b' + str(i)]
            h, fc_cache[i] = affine_forward(h, w, b)
            if self.normalization == 'batchnorm':
                gamma, beta = self.params['gamma' + str(i)], self.params['beta' + str(i)]
                h, bn_cache[i] = batchnorm_forward(h, gamma, beta, self.bn_params[i - 1])
            elif self.normalization == 'layernorm':
                gamma, beta = self.params['gamma' + str(i)], self.params['beta' + str(i)]
                h, bn_cache[i] = layernorm_forward(h, gamma, beta, self.bn_params[i - 1])
            h, relu_cache[i] = relu_forward(h)
        L = self.num_layers
        scores, fc_cache[L] = affine_forward(h, self.params['W' + str(L)],
                                             self.params['b' + str(L)])
        if mode == 'test':
            return scores

        grads = {}
        loss, dscores = softmax_loss(scores, y)
        dh, grads['W' + str(L)], grads['b' + str(L)] = affine_backward(dscores, fc_cache[L])
        for i in range(L - 1, 0, -1):
            dh = relu_backward(dh, relu_cache[i])
            if self.normalization == 'batchnorm':
                dh, dgamma, dbeta = batchnorm_backward(dh, bn_cache[i])
                grads['gamma' + str(i)], grads['beta' + str(i)] = dgamma, dbeta
            elif self.normalization == 'layernorm':
                dh, dgamma, dbeta = layernorm_backward(dh, bn_cache[i])
                grads['gamma' + str(i)], grads['beta' + str(i)] = dgamma, dbeta
            dh, grads['W' + str(i)], grads['b' + str(i)] = affine_backward(dh, fc_cache[i])

        for i in range(1, L + 1):
            W = self.params['W' + str(i)]
            loss += 0.5 * self.reg * np.sum(W * W)
            grads['W' + str(i)] += self.reg * W
        return loss, grads
