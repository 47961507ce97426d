import numpy as np

from cs231n import layers
from cs231n.layers import affine_forward, affine_backward, relu_forward, relu_backward, softmax_loss


class Net(object):
    """what all my networks share: parameters, dtype, L2"""

    def __init__(self, reg, dtype):
        self.params = {}
        self.reg = reg
        self.dtype = dtype

    def new(self, name, values):
        self.params[name] = np.asarray(values, dtype=self.dtype)

    def add_l2(self, loss, grads):
        for name in grads:
            if 'W' in name:
                loss += np.sum(np.square(self.params[name])) * self.reg / 2
                grads[name] = grads[name] + self.params[name] * self.reg
        return loss, grads


class FullyConnectedNet(Net):

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0,
                 use_batchnorm=False, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None,
                 normalization=None):
        super(FullyConnectedNet, self).__init__(reg, dtype)
        self.normalization = normalization or ('batchnorm' if use_batchnorm else None)
        self.num_layers = len(hidden_dims) + 1
        sizes = [input_dim] + list(hidden_dims) + [num_classes]
        # from the top to the bottom
        for i in range(self.num_layers, 0, -1):
            self.new('W' + str(i), np.random.randn(sizes[i - 1], sizes[i]) * weight_scale)
            self.new('b' + str(i), np.zeros(sizes[i]))
            if self.normalization and i < self.num_layers:
                self.new('gamma' + str(i), np.ones(sizes[i]))
                self.new('beta' + str(i), np.zeros(sizes[i]))
        self.bn_params = [{'mode': 'train'} for _ in hidden_dims]

    def norm(self, direction):
        return getattr(layers, '%s_%s' % (self.normalization, direction))

    def loss(self, X, y=None):
        for bn_param in self.bn_params:
            bn_param['mode'] = 'test' if y is None else 'train'
        a = X.astype(self.dtype)
        saved = []
        for i in range(1, self.num_layers + 1):
            s = str(i)
            a, c = affine_forward(a, self.params['W' + s], self.params['b' + s])
            saved.append(('affine', s, c))
            if i < self.num_layers:
                if self.normalization:
                    a, c = self.norm('forward')(a, self.params['gamma' + s],
                                                self.params['beta' + s], self.bn_params[i - 1])
                    saved.append(('norm', s, c))
                a, c = relu_forward(a)
                saved.append(('relu', s, c))
        if y is None:
            return a
        loss, d = softmax_loss(a, y)
        grads = {}
        for kind, s, c in reversed(saved):
            if kind == 'relu':
                d = relu_backward(d, c)
            elif kind == 'norm':
                d, grads['gamma' + s], grads['beta' + s] = self.norm('backward')(d, c)
            else:
                d, grads['W' + s], grads['b' + s] = affine_backward(d, c)
        return self.add_l2(loss, grads)
