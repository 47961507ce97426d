import numpy as np

import layers as L

FORWARD = {'batchnorm': L.batchnorm_forward, 'layernorm': L.layernorm_forward}
# the one without matrices, training would take forever otherwise
BACKWARD = {'batchnorm': L.batchnorm_backward_alt, 'layernorm': L.layernorm_backward}


class FullyConnectedNet(object):

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.norm = normalization
        self.reg = reg
        self.dtype = dtype
        self.n_hidden = len(hidden_dims)
        dims = [input_dim] + list(hidden_dims) + [num_classes]
        # the zeros and ones first, the random numbers last
        self.params = {}
        for i in range(len(dims) - 1):
            self.params[f'b{i + 1}'] = np.zeros(dims[i + 1])
        if self.norm:
            for i, d in enumerate(hidden_dims):
                self.params[f'gamma{i + 1}'] = np.ones(d)
                self.params[f'beta{i + 1}'] = np.zeros(d)
        for i in reversed(range(len(dims) - 1)):
            self.params[f'W{i + 1}'] = np.random.randn(dims[i], dims[i + 1]) * weight_scale
        self.params = {k: v.astype(dtype) for k, v in self.params.items()}
        self.bn_params = [{'mode': 'train'} for _ in hidden_dims]

    def loss(self, X, y=None):
        p = self.params
        for bn_param in self.bn_params:
            bn_param['mode'] = 'test' if y is None else 'train'
        a = X.astype(self.dtype)
        caches = {}
        for i in range(1, self.n_hidden + 1):
            a, caches['affine', i] = L.affine_forward(a, p[f'W{i}'], p[f'b{i}'])
            if self.norm:
                a, caches['norm', i] = FORWARD[self.norm](a, p[f'gamma{i}'], p[f'beta{i}'],
                                                          self.bn_params[i - 1])
            a, caches['relu', i] = L.relu_forward(a)
        last = self.n_hidden + 1
        scores, caches['affine', last] = L.affine_forward(a, p[f'W{last}'], p[f'b{last}'])
        if y is None:
            return scores
        loss, da = L.softmax_loss(scores, y)
        grads = {}
        for i in range(last, 0, -1):
            if i < last:
                da = L.relu_backward(da, caches['relu', i])
                if self.norm:
                    da, grads[f'gamma{i}'], grads[f'beta{i}'] = BACKWARD[self.norm](
                        da, caches['norm', i])
            da, grads[f'W{i}'], grads[f'b{i}'] = L.affine_backward(da, caches['affine', i])
            # d/dW of reg/2 * trace(W'W)
            loss += self.reg / 2 * np.trace(p[f'W{i}'].T @ p[f'W{i}'])
            grads[f'W{i}'] += self.reg * p[f'W{i}']
        return loss, grads
