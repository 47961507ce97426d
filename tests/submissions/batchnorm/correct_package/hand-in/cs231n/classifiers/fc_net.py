import numpy as np
from cs231n.layers import affine_forward, affine_backward, relu_forward, relu_backward
from cs231n.layers import batchnorm_forward, batchnorm_backward_alt


def softmax_loss(x, y):
    shifted = x - np.max(x, axis=1, keepdims=True)
    log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    N = x.shape[0]
    dx = np.exp(log_probs)
    dx[np.arange(N), y] -= 1
    return -np.sum(log_probs[np.arange(N), y]) / N, dx / N


class FullyConnectedNet:
    # the edition with the flag: no layer norm

    def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10, dropout=0,
                 use_batchnorm=False, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.use_batchnorm = use_batchnorm
        self.reg, self.dtype = reg, dtype
        sizes = (input_dim, *hidden_dims, num_classes)
        self.num_layers = len(sizes) - 1
        self.params = {f'W{i + 1}': (np.random.normal(0, weight_scale, (m, n))).astype(dtype)
                       for i, (m, n) in enumerate(zip(sizes, sizes[1:]))}
        self.params.update({f'b{i}': np.zeros(n, dtype) for i, n in enumerate(sizes) if i})
        if use_batchnorm:
            for i, n in enumerate(hidden_dims, 1):
                self.params[f'gamma{i}'] = np.ones(n, dtype)
                self.params[f'beta{i}'] = np.zeros(n, dtype)
        self.bn_params = [dict(mode='train') for _ in hidden_dims] if use_batchnorm else []

    def _layer(self, i, x):
        P = self.params
        x, c1 = affine_forward(x, P[f'W{i}'], P[f'b{i}'])
        if i == self.num_layers:
            return x, lambda dx: affine_backward(dx, c1), i
        if not self.use_batchnorm:
            x, c3 = relu_forward(x)
            return x, lambda dx: affine_backward(relu_backward(dx, c3), c1), i
        x, c2 = batchnorm_forward(x, P[f'gamma{i}'], P[f'beta{i}'], self.bn_params[i - 1])
        x, c3 = relu_forward(x)

        def back(dx):
            dx, dgamma, dbeta = batchnorm_backward_alt(relu_backward(dx, c3), c2)
            return (*affine_backward(dx, c1), dgamma, dbeta)

        return x, back, i

    def loss(self, X, y=None):
        for p in self.bn_params:
            p['mode'] = 'test' if y is None else 'train'
        x, tape = X.astype(self.dtype), []
        for i in range(1, self.num_layers + 1):
            x, *step = self._layer(i, x)
            tape.append(step)
        if y is None:
            return x
        loss, d = softmax_loss(x, y)
        grads = {}
        for back, i in reversed(tape):
            d, *rest = back(d)
            grads.update(zip((f'W{i}', f'b{i}', f'gamma{i}', f'beta{i}'), rest))
        for name, W in self.params.items():
            if name[0] == 'W':
                loss += self.reg / 2 * (W ** 2).sum()
                grads[name] = grads[name] + self.reg * W
        return loss, grads
