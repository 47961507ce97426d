"""A tiny computation graph: every operation is an object that knows its own backward.

The functions that are asked for only build a chain of these objects, and the cache is the
object of the whole chain. Coming from C# I like to see each derivative in exactly one place.
"""
import numpy as np


class Center:
    """x - mean(x) along an axis."""

    def __init__(self, axis):
        self.axis = axis

    def forward(self, x):
        self.mean = np.mean(x, axis=self.axis, keepdims=True)
        return x - self.mean

    def backward(self, dout):
        return dout - np.mean(dout, axis=self.axis, keepdims=True)


class DivideByStd:
    """c / sqrt(mean(c ** 2) + eps) along an axis; c has to be centered."""

    def __init__(self, axis, eps):
        self.axis = axis
        self.eps = eps

    def forward(self, c):
        self.c = c
        self.var = np.mean(np.square(c), axis=self.axis, keepdims=True)
        self.std = np.sqrt(self.var + self.eps)
        self.y = c / self.std
        return self.y

    def backward(self, dout):
        dstd = -np.sum(dout * self.c, axis=self.axis, keepdims=True) / self.std ** 2
        dvar = 0.5 * dstd / self.std
        return dout / self.std + dvar * 2.0 * self.c / self.c.shape[self.axis]


class ScaleShift:
    """gamma * x + beta, gamma and beta with as many axes as x"""

    def __init__(self, gamma, beta):
        self.gamma = gamma
        self.beta = beta

    def forward(self, x):
        self.x = x
        return self.gamma * x + self.beta

    def backward(self, dout):
        self.dgamma = self.sum_like(dout * self.x, self.gamma)
        self.dbeta = self.sum_like(dout, self.beta)
        return dout * self.gamma

    @staticmethod
    def sum_like(a, parameter):
        axes = tuple(i for i in range(a.ndim) if parameter.shape[i] == 1 and a.shape[i] != 1)
        return a.sum(axis=axes, keepdims=True)


class Normalize:
    """Center, DivideByStd"""

    def __init__(self, axis, eps):
        self.center = Center(axis)
        self.divide = DivideByStd(axis, eps)

    def forward(self, x):
        return self.divide.forward(self.center.forward(x))

    def backward(self, dout):
        return self.center.backward(self.divide.backward(dout))


class Chain:

    def __init__(self, *nodes):
        self.nodes = nodes

    def forward(self, x):
        for node in self.nodes:
            x = node.forward(x)
        return x

    def backward(self, dout):
        for node in reversed(self.nodes):
            dout = node.backward(dout)
        return dout


class Reshape:

    def __init__(self, shape):
        self.shape = shape

    def forward(self, x):
        self.before = x.shape
        return x.reshape(self.shape)

    def backward(self, dout):
        return dout.reshape(self.before)


class ChannelsLast:

    def forward(self, x):
        n, c, h, w = x.shape
        self.shape = n, h, w, c
        return np.moveaxis(x, 1, -1).reshape(-1, c)

    def backward(self, dout):
        return np.moveaxis(dout.reshape(self.shape), -1, 1)


def affine_forward(x, w, b):
    return np.dot(x.reshape(len(x), -1), w) + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return np.dot(dout, w.T).reshape(x.shape), np.dot(x.reshape(len(x), -1).T, dout), dout.sum(0)


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    if mode not in ['train', 'test']:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    D = x.shape[1]
    for key in ['running_mean', 'running_var']:
        if key not in bn_param:
            bn_param[key] = np.zeros(D, dtype=x.dtype)

    if mode == 'test':
        std = np.sqrt(bn_param['running_var'] + eps)
        return gamma * ((x - bn_param['running_mean']) / std) + beta, None

    normalize = Normalize(0, eps)
    affine = ScaleShift(gamma.reshape(1, D), beta.reshape(1, D))
    chain = Chain(normalize, affine)
    out = chain.forward(x)
    momentum = bn_param.get('momentum', 0.9)
    for key, value in [('running_mean', normalize.center.mean),
                       ('running_var', normalize.divide.var)]:
        bn_param[key] = momentum * bn_param[key] + (1 - momentum) * value.ravel()
    return out, chain


def batchnorm_backward(dout, chain):
    dx = chain.backward(dout)
    affine = chain.nodes[-1]
    return dx, affine.dgamma.ravel(), affine.dbeta.ravel()


def batchnorm_backward_alt(dout, chain):
    # one merged node in place of the chain
    normalize, affine = chain.nodes
    y, std, gamma = normalize.divide.y, normalize.divide.std, affine.gamma
    dgamma = np.sum(dout * y, axis=0)
    dbeta = np.sum(dout, axis=0)
    factor = (gamma / std).ravel()
    dx = factor * dout
    dx -= y * (factor * dgamma / len(y))
    dx -= factor * dbeta / len(y)
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    chain = Chain(Normalize(1, ln_param.get('eps', 1e-5)),
                  ScaleShift(gamma.reshape(1, -1), beta.reshape(1, -1)))
    return chain.forward(x), chain


def layernorm_backward(dout, chain):
    return batchnorm_backward(dout, chain)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    rows = ChannelsLast()
    out, chain = batchnorm_forward(rows.forward(x), gamma, beta, bn_param)
    return rows.backward(out), (rows, chain)


def spatial_batchnorm_backward(dout, cache):
    rows, chain = cache
    dx, dgamma, dbeta = batchnorm_backward(ChannelsLast().forward(dout), chain)
    return rows.backward(dx), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    chain = Chain(Reshape((x.shape[0], G, -1)), Normalize(2, gn_param.get('eps', 1e-5)),
                  Reshape(x.shape), ScaleShift(gamma, beta))
    return chain.forward(x), chain


def spatial_groupnorm_backward(dout, chain):
    dx = chain.backward(dout)
    return dx, chain.nodes[-1].dgamma, chain.nodes[-1].dbeta
