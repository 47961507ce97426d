from builtins import range
from builtins import object
import numpy as np

from ..layers import *


def affine_norm_relu_forward(x, params, i, normalization, norm_param):
    a, fc_cache = affine_forward(x, params['W' + i], params['b' + i])
    norm_cache = None
    if normalization == 'batchnorm':
        a, norm_cache = batchnorm_forward(a, params['gamma' + i], params['beta' + i], norm_param)
    elif normalization == 'layernorm':
        a, norm_cache = layernorm_forward(a, params['gamma' + i], params['beta' + i], norm_param)
    out, relu_cache = relu_forward(a)
    return out, (fc_cache, norm_cache, relu_cache)


def affine_norm_relu_backward(dout, grads, i, normalization, cache):
    fc_cache, norm_cache, relu_cache = cache
    da = relu_backward(dout, relu_cache)
    if normalization == 'batchnorm':
        da, grads['gamma' + i], grads['beta' + i] = batchnorm_backward_alt(da, norm_cache)
    elif normalization == 'layernorm':
        da, grads['gamma' + i], grads['beta' + i] = layernorm_backward(da, norm_cache)
    dx, grads['W' + i], grads['b' + i] = affine_backward(da, fc_cache)
    return dx


class FullyConnectedNet(object):

    def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10, dropout=1, normalization=None,
                 reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization = normalization
        self.use_dropout = dropout != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}

        dims = [input_dim] + list(hidden_dims) + [num_classes]
        for l in range(self.num_layers):
            i = str(l + 1)
            self.params['W' + i] = weight_scale * np.random.randn(dims[l], dims[l + 1])
            self.params['b' + i] = np.zeros(dims[l + 1])
            if normalization is not None and l < self.num_layers - 1:
                self.params['gamma' + i] = np.ones(dims[l + 1])
                self.params['beta' + i] = np.zeros(dims[l + 1])

        self.bn_params = []
        if normalization == 'batchnorm':
            self.bn_params = [{'mode': 'train'} for l in range(self.num_layers - 1)]
        if normalization == 'layernorm':
            self.bn_params = [{} for l in range(self.num_layers - 1)]

        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        mode = 'test' if y is None else 'train'
        if self.normalization == 'batchnorm':
            for bn_param in self.bn_params:
                bn_param['mode'] = mode

        caches = []
        out = X
        for l in range(self.num_layers - 1):
            norm_param = self.bn_params[l] if self.normalization else None
            out, cache = affine_norm_relu_forward(out, self.params, str(l + 1), self.normalization, norm_param)
            caches.append(cache)
        L = str(self.num_layers)
        scores, last_cache = affine_forward(out, self.params['W' + L], self.params['b' + L])
        if mode == 'test':
            return scores

        grads = {}
        loss, dscores = softmax_loss(scores, y)
        dout, grads['W' + L], grads['b' + L] = affine_backward(dscores, last_cache)
        for l in reversed(range(self.num_layers - 1)):
            dout = affine_norm_relu_backward(dout, grads, str(l + 1), self.normalization, caches[l])
        for l in range(self.num_layers):
            W = self.params['W' + str(l + 1)]
            loss += 0.5 * self.reg * np.sum(W**2)
            grads['W' + str(l + 1)] += self.reg * W
        return loss, grads
