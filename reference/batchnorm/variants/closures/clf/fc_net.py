import numpy as np

from ..layers import *


class FullyConnectedNet:

    def __init__(self, hidden_dims, **options):
        get = options.get
        self.normalization = get('normalization')
        self.reg = get('reg', 0.0)
        self.dtype = get('dtype', np.float32)
        dims = [get('input_dim', 3072), *hidden_dims, get('num_classes', 10)]
        self.L = len(dims) - 1
        shapes = list(enumerate(zip(dims, dims[1:]), 1))
        scale = get('weight_scale', 1e-2)
        self.params = {f'W{i}': np.random.randn(*s) * scale for i, s in shapes}
        self.params |= {f'b{i}': np.zeros(s[1]) for i, s in shapes}
        if self.normalization:
            self.params |= {f'gamma{i}': np.ones(s[1]) for i, s in shapes[:-1]}
            self.params |= {f'beta{i}': np.zeros(s[1]) for i, s in shapes[:-1]}
        self.params = {k: v.astype(self.dtype) for k, v in self.params.items()}
        self.bn_params = [dict(mode='train') for _ in hidden_dims] if self.normalization else []

    def loss(self, X, y=None):
        p, tape = self.params, []

        def apply(forward, backward, names, x, *arguments):
            out, cache = forward(x, *(p[n] for n in names), *arguments)
            tape.append((lambda d: backward(d, cache), names))
            return out

        x = X.astype(self.dtype)
        for i in range(1, self.L + 1):
            x = apply(affine_forward, affine_backward, (f'W{i}', f'b{i}'), x)
            if i == self.L:
                break
            if self.normalization:
                self.bn_params[i - 1]['mode'] = 'test' if y is None else 'train'
                forward, backward = {'batchnorm': (batchnorm_forward, batchnorm_backward_alt),
                                     'layernorm': (layernorm_forward, layernorm_backward),
                                     }[self.normalization]
                x = apply(forward, backward, (f'gamma{i}', f'beta{i}'), x, self.bn_params[i - 1])
            x = apply(relu_forward, relu_backward, (), x)
        if y is None:
            return x

        loss, d = softmax_loss(x, y)
        grads = {}
        for back, names in tape[::-1]:
            d, *rest = back(d) if names else (back(d),)
            grads.update(zip(names, rest))
        penalty = sum(np.vdot(W, W) for n, W in p.items() if n[0] == 'W')
        grads.update({n: grads[n] + self.reg * p[n] for n in p if n[0] == 'W'})
        return loss + 0.5 * self.reg * penalty, grads
