import numpy as np

from cs231n.layers import *


class FullyConnectedNet(object):
    """float64 throughout, converted at the end if somebody wants another dtype."""

    def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization, self.reg, self.dtype = normalization, reg, dtype
        self.shapes = [(n, m) for n, m in zip([input_dim] + hidden_dims, hidden_dims + [num_classes])]
        # one long vector of random numbers, cut into matrices
        flat = np.random.standard_normal(sum(n * m for n, m in self.shapes)) * weight_scale
        self.params, start = {}, 0
        for i, (n, m) in enumerate(self.shapes, 1):
            self.params['W%i' % i] = flat[start:start + n * m].reshape(n, m).astype(dtype)
            self.params['b%i' % i] = np.zeros(m, dtype)
            start += n * m
            if normalization and i <= len(hidden_dims):
                self.params['gamma%i' % i] = np.ones(m, dtype)
                self.params['beta%i' % i] = np.zeros(m, dtype)
        self.bn_params = [{'mode': 'train'} for _ in hidden_dims]

    def loss(self, X, y=None):
        p = {k: f64(v) for k, v in self.params.items()}
        L = len(self.shapes)
        h, back = f64(X), []
        for i in range(1, L):
            h, a = affine_forward(h, p['W%i' % i], p['b%i' % i])
            n = None
            if self.normalization:
                bn_param = self.bn_params[i - 1]
                bn_param['mode'] = 'test' if y is None else 'train'
                if self.normalization == 'batchnorm':
                    h, n = batchnorm_forward(h, p['gamma%i' % i], p['beta%i' % i], bn_param)
                else:
                    h, n = layernorm_forward(h, p['gamma%i' % i], p['beta%i' % i], bn_param)
            h, r = relu_forward(h)
            back.insert(0, (i, a, n, r))
        scores, a = affine_forward(h, p['W%i' % L], p['b%i' % L])
        if y is None:
            return scores.astype(self.dtype)
        loss, d = softmax_loss(scores, y)
        grads = {}
        d, grads['W%i' % L], grads['b%i' % L] = affine_backward(d, a)
        for i, a, n, r in back:
            d = relu_backward(d, r)
            if self.normalization == 'batchnorm':
                d, grads['gamma%i' % i], grads['beta%i' % i] = batchnorm_backward_alt(d, n)
            elif self.normalization:
                d, grads['gamma%i' % i], grads['beta%i' % i] = layernorm_backward(d, n)
            d, grads['W%i' % i], grads['b%i' % i] = affine_backward(d, a)
        for i in range(1, L + 1):
            grads['W%i' % i] += self.reg * p['W%i' % i]
            loss += self.reg * np.average(p['W%i' % i] ** 2) * p['W%i' % i].size / 2
        return loss, {k: g.astype(self.dtype) for k, g in grads.items()}
