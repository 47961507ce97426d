import numpy as np

try:
    from .. import layer_utils, layers
except ImportError:
    import layer_utils
    import layers


class Softmax:

    def __init__(self, scores, labels):
        self.scores = scores
        self.labels = labels

    def loss(self):
        s = self.scores - self.scores.max(axis=1)[:, np.newaxis]
        self.log_p = s - np.log(np.exp(s).sum(axis=1))[:, np.newaxis]
        return -np.mean([row[label] for row, label in zip(self.log_p, self.labels)])

    def gradient(self):
        target = np.zeros_like(self.scores)
        target[np.arange(len(target)), self.labels] = 1
        return (np.exp(self.log_p) - target) / len(target)


class HiddenLayer:
    """affine - norm - relu"""

    def __init__(self, params, number, normalization, bn_param):
        self.params = params
        self.number = str(number)
        self.normalization = normalization
        self.bn_param = bn_param

    def get(self, *names):
        return [self.params[name + self.number] for name in names]

    def forward(self, x):
        if self.normalization is None:
            out, self.cache = layer_utils.affine_relu_forward(x, *self.get('W', 'b'))
        elif self.normalization == 'batchnorm':
            out, self.cache = layer_utils.affine_batchnorm_relu_forward(
                x, *self.get('W', 'b', 'gamma', 'beta'), self.bn_param)
        else:
            out, self.cache = layer_utils.affine_layernorm_relu_forward(
                x, *self.get('W', 'b', 'gamma', 'beta'), self.bn_param)
        return out

    def backward(self, dout, grads):
        back = {None: layer_utils.affine_relu_backward,
                'batchnorm': layer_utils.affine_batchnorm_relu_backward,
                'layernorm': layer_utils.affine_layernorm_relu_backward}[self.normalization]
        dx, *rest = back(dout, self.cache)
        for name, gradient in zip(['W', 'b', 'gamma', 'beta'], rest):
            grads[name + self.number] = gradient
        return dx


class FullyConnectedNet:

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=0,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.reg = reg
        self.dtype = dtype
        self.params = {}
        self.hidden = []
        self.bn_params = []
        sizes = [input_dim] + list(hidden_dims)
        for i in range(len(hidden_dims)):
            self.init(i + 1, sizes[i], sizes[i + 1], weight_scale)
            if normalization is not None:
                self.bn_params.append({'mode': 'train'})
                self.params['gamma%d' % (i + 1)] = np.ones(sizes[i + 1], dtype=dtype)
                self.params['beta%d' % (i + 1)] = np.zeros(sizes[i + 1], dtype=dtype)
            bn_param = self.bn_params[-1] if self.bn_params else None
            self.hidden.append(HiddenLayer(self.params, i + 1, normalization, bn_param))
        self.last = len(hidden_dims) + 1
        self.init(self.last, sizes[-1], num_classes, weight_scale)

    def init(self, number, before, after, scale):
        w = np.random.randn(before, after) * scale
        self.params['W%d' % number] = w.astype(self.dtype)
        self.params['b%d' % number] = np.zeros(after, dtype=self.dtype)

    def loss(self, X, y=None):
        for bn_param in self.bn_params:
            bn_param['mode'] = 'test' if y is None else 'train'
        x = X.astype(self.dtype)
        for layer in self.hidden:
            x = layer.forward(x)
        W, b = self.params['W%d' % self.last], self.params['b%d' % self.last]
        scores, cache = layers.affine_forward(x, W, b)
        if y is None:
            return scores
        softmax = Softmax(scores, y)
        loss = softmax.loss()
        grads = {}
        dx, dW, db = layers.affine_backward(softmax.gradient(), cache)
        grads['W%d' % self.last], grads['b%d' % self.last] = dW, db
        for layer in reversed(self.hidden):
            dx = layer.backward(dx, grads)
        for name in grads:
            if name.startswith('W'):
                loss += 0.5 * self.reg * np.sum(self.params[name] ** 2)
                grads[name] = grads[name] + self.reg * self.params[name]
        return loss, grads
