import numpy as np

try:
    from . import layers as nn
except ImportError:
    import layers as nn


class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization = normalization
        self.reg = reg
        self.dtype = dtype
        self.L = len(hidden_dims) + 1
        n = [input_dim] + list(hidden_dims) + [num_classes]
        self.params = {}
        for l in range(1, self.L + 1):
            self.params['W' + str(l)] = (weight_scale * np.random.randn(n[l], n[l - 1]).T).astype(dtype)
            self.params['b' + str(l)] = np.zeros(n[l], dtype)
            if l < self.L and normalization == 'batchnorm' or l < self.L and normalization == 'layernorm':
                self.params['gamma' + str(l)] = np.ones(n[l], dtype)
                self.params['beta' + str(l)] = np.zeros(n[l], dtype)
        self.bn_params = []
        for l in range(1, self.L):
            self.bn_params.append({'mode': 'train'})

    def loss(self, X, y=None):
        P = self.params
        a, caches = X.astype(self.dtype), {}
        for bn_param in self.bn_params:
            bn_param['mode'] = 'train' if y is not None else 'test'
        for l in range(1, self.L):
            z, caches['z%d' % l] = nn.affine_forward(a, P['W%d' % l], P['b%d' % l])
            if self.normalization == 'batchnorm':
                z, caches['n%d' % l] = nn.batchnorm_forward(
                    z, P['gamma%d' % l], P['beta%d' % l], self.bn_params[l - 1])
            elif self.normalization == 'layernorm':
                z, caches['n%d' % l] = nn.layernorm_forward(
                    z, P['gamma%d' % l], P['beta%d' % l], self.bn_params[l - 1])
            a, caches['a%d' % l] = nn.relu_forward(z)
        L = self.L
        scores, caches['z%d' % L] = nn.affine_forward(a, P['W%d' % L], P['b%d' % L])
        if y is None:
            return scores

        J, dscores = nn.softmax_loss(scores, y)
        dP = {}
        da, dP['W%d' % L], dP['b%d' % L] = nn.affine_backward(dscores, caches['z%d' % L])
        for l in range(L - 1, 0, -1):
            dz = nn.relu_backward(da, caches['a%d' % l])
            if self.normalization == 'batchnorm':
                dz, dP['gamma%d' % l], dP['beta%d' % l] = nn.batchnorm_backward(
                    dz, caches['n%d' % l])
            elif self.normalization == 'layernorm':
                dz, dP['gamma%d' % l], dP['beta%d' % l] = nn.layernorm_backward(
                    dz, caches['n%d' % l])
            da, dP['W%d' % l], dP['b%d' % l] = nn.affine_backward(dz, caches['z%d' % l])
        for l in range(L):
            J = J + self.reg / 2 * np.sum(np.multiply(P['W%d' % (l + 1)], P['W%d' % (l + 1)]))
            dP['W%d' % (l + 1)] = dP['W%d' % (l + 1)] + self.reg * P['W%d' % (l + 1)]
        return J, dP
