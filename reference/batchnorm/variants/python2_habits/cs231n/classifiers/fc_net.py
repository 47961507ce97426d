from __future__ import print_function
from builtins import range
from builtins import object
from six import iteritems
import numpy as np

from cs231n.layers import *
from cs231n.layer_utils import *


class FullyConnectedNet(object):

    def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10,
                 dropout=0, use_batchnorm=False, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None, normalization=None):
        if use_batchnorm and normalization is None:
            normalization = 'batchnorm'
        self.normalization = normalization
        self.use_batchnorm = normalization == 'batchnorm'
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}
        dims = [input_dim] + list(hidden_dims) + [num_classes]
        for l in range(self.num_layers):
            W = np.random.normal(0, weight_scale, dims[l] * dims[l + 1])
            self.params['W%s' % (l + 1)] = W.reshape(dims[l], dims[l + 1])
            self.params['b%s' % (l + 1)] = np.zeros((dims[l + 1],))
            if normalization and l < self.num_layers - 1:
                self.params['gamma%s' % (l + 1)] = np.ones((dims[l + 1],))
                self.params['beta%s' % (l + 1)] = np.zeros((dims[l + 1],))
        self.bn_params = []
        if self.normalization:
            self.bn_params = [{'mode': 'train'} for i in range(self.num_layers - 1)]
        for k, v in iteritems(self.params):
            self.params[k] = v.astype(dtype)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        mode = 'test' if y is None else 'train'
        for bn_param in self.bn_params:
            bn_param['mode'] = mode
        caches = []
        for l in range(1, self.num_layers):
            l = str(l)
            args = [self.params['W' + l], self.params['b' + l]]
            if self.normalization:
                args += [self.params['gamma' + l], self.params['beta' + l],
                         self.bn_params[int(l) - 1]]
            if self.use_batchnorm:
                X, cache = affine_batchnorm_relu_forward(X, *args)
            elif self.normalization == 'layernorm':
                X, cache = affine_layernorm_relu_forward(X, *args)
            else:
                X, cache = affine_relu_forward(X, *args)
            caches.append(cache)
        L = str(self.num_layers)
        scores, cache = affine_forward(X, self.params['W' + L], self.params['b' + L])
        if mode == 'test':
            return scores

        grads = {}
        loss, dout = softmax_loss(scores, y)
        dout, grads['W' + L], grads['b' + L] = affine_backward(dout, cache)
        for l in range(self.num_layers - 1, 0, -1):
            cache = caches[l - 1]
            l = str(l)
            if self.use_batchnorm:
                (dout, grads['W' + l], grads['b' + l], grads['gamma' + l],
                 grads['beta' + l]) = affine_batchnorm_relu_backward(dout, cache)
            elif self.normalization == 'layernorm':
                (dout, grads['W' + l], grads['b' + l], grads['gamma' + l],
                 grads['beta' + l]) = affine_layernorm_relu_backward(dout, cache)
            else:
                dout, grads['W' + l], grads['b' + l] = affine_relu_backward(dout, cache)
        for k, v in iteritems(self.params):
            if k[0] == 'W':
                loss += 0.5 * self.reg * np.sum(v ** 2)
                grads[k] += self.reg * v
        return loss, grads
