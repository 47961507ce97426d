from builtins import object

import numpy as np
import matplotlib.pyplot as plt
from tqdm import tqdm

from layers import *

plt.rcParams['figure.figsize'] = (10.0, 8.0)


class FullyConnectedNet(object):

    def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10, dropout=1,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization = normalization
        self.reg = reg
        self.dtype = dtype
        self.num_layers = 1 + len(hidden_dims)
        self.params = {}
        prev = input_dim
        for idx, dim in enumerate(hidden_dims):
            self.params['W%d' % (idx + 1)] = np.random.normal(scale=weight_scale, size=(prev, dim))
            self.params['b%d' % (idx + 1)] = np.zeros(dim)
            if normalization == 'batchnorm' or normalization == 'layernorm':
                self.params['gamma%d' % (idx + 1)] = np.ones(dim)
                self.params['beta%d' % (idx + 1)] = np.zeros(dim)
            prev = dim
        self.params['W%d' % self.num_layers] = np.random.normal(scale=weight_scale,
                                                                size=(prev, num_classes))
        self.params['b%d' % self.num_layers] = np.zeros(num_classes)
        self.bn_params = [{'mode': 'train'} for i in range(self.num_layers - 1)]
        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)
        print('network', hidden_dims, normalization)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        for bn_param in self.bn_params:
            bn_param['mode'] = 'train' if y is not None else 'test'
        cache_list = []
        for i in range(1, self.num_layers):
            X, fc = affine_forward(X, self.params['W%d' % i], self.params['b%d' % i])
            bn = None
            if self.normalization == 'batchnorm':
                X, bn = batchnorm_forward(X, self.params['gamma%d' % i], self.params['beta%d' % i],
                                          self.bn_params[i - 1])
            if self.normalization == 'layernorm':
                X, bn = layernorm_forward(X, self.params['gamma%d' % i], self.params['beta%d' % i],
                                          self.bn_params[i - 1])
            X, relu = relu_forward(X)
            cache_list.append((fc, bn, relu))
        scores, fc = affine_forward(X, self.params['W%d' % self.num_layers],
                                    self.params['b%d' % self.num_layers])
        if y is None:
            return scores
        grads = {}
        loss, dout = softmax_loss(scores, y)
        dout, dW, db = affine_backward(dout, fc)
        i = self.num_layers
        grads['W%d' % i] = dW + self.reg * self.params['W%d' % i]
        grads['b%d' % i] = db
        loss += 0.5 * self.reg * np.sum(self.params['W%d' % i] ** 2)
        for i in range(self.num_layers - 1, 0, -1):
            fc, bn, relu = cache_list[i - 1]
            dout = relu_backward(dout, relu)
            if self.normalization == 'batchnorm':
                dout, dgamma, dbeta = batchnorm_backward(dout, bn)
                grads['gamma%d' % i], grads['beta%d' % i] = dgamma, dbeta
            if self.normalization == 'layernorm':
                dout, dgamma, dbeta = layernorm_backward(dout, bn)
                grads['gamma%d' % i], grads['beta%d' % i] = dgamma, dbeta
            dout, dW, db = affine_backward(dout, fc)
            grads['W%d' % i] = dW + self.reg * self.params['W%d' % i]
            grads['b%d' % i] = db
            loss += 0.5 * self.reg * np.sum(self.params['W%d' % i] ** 2)
        return loss, grads
