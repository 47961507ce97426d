import numpy as np

# I come from Java so everything is a class here, and the functions of the
# assignment at the bottom only call the classes. For loops where I find them
# easier to read than axis= arguments.


class BatchNormCache:
    """what the backward pass has to remember"""

    def __init__(self, xHat, invStd, gamma):
        self.xHat = xHat
        self.invStd = invStd
        self.gamma = gamma
        self.size = xHat.shape


class RunningStats:
    """reads and writes the running averages of a bn_param dictionary"""

    def __init__(self, bnParam, numFeatures, dtype):
        self.bnParam = bnParam
        self.momentum = bnParam.get('momentum', 0.9)
        for key in ('running_mean', 'running_var'):
            if key not in bnParam:
                bnParam[key] = np.zeros(numFeatures, dtype=dtype)

    def mean(self):
        return self.bnParam['running_mean']

    def var(self):
        return self.bnParam['running_var']

    def update(self, batchMean, batchVar):
        m = self.momentum
        self.bnParam['running_mean'] = m * self.mean() + (1.0 - m) * batchMean
        self.bnParam['running_var'] = m * self.var() + (1.0 - m) * batchVar


class BatchNorm:

    def __init__(self, gamma, beta, bnParam):
        self.gamma = gamma
        self.beta = beta
        self.bnParam = bnParam
        self.eps = bnParam.get('eps', 1e-5)

    def forward(self, x):
        mode = self.bnParam['mode']
        if mode not in ('train', 'test'):
            raise ValueError('Unknown mode: ' + str(mode))
        n, d = x.shape
        stats = RunningStats(self.bnParam, d, x.dtype)

        mean = np.empty(d, dtype=x.dtype)
        var = np.empty(d, dtype=x.dtype)
        if mode == 'train':
            # one feature (= one column) after the other
            for j in range(d):
                column = x[:, j]
                mean[j] = sum(column) / n
                diff = column - mean[j]
                var[j] = np.dot(diff, diff) / n
            stats.update(mean, var)
        else:
            mean[:] = stats.mean()
            var[:] = stats.var()

        out = np.empty(x.shape, dtype=x.dtype)
        xHat = np.empty(x.shape, dtype=x.dtype)
        invStd = np.empty(d, dtype=x.dtype)
        for j in range(d):
            invStd[j] = 1.0 / np.sqrt(var[j] + self.eps)
            xHat[:, j] = (x[:, j] - mean[j]) * invStd[j]
            out[:, j] = self.gamma[j] * xHat[:, j] + self.beta[j]
        return out, BatchNormCache(xHat, invStd, self.gamma)

    @staticmethod
    def backward(dOut, cache):
        """slow but I can follow it: the chain rule for each feature"""
        n, d = cache.size
        dx = np.zeros((n, d))
        dGamma = np.zeros(d)
        dBeta = np.zeros(d)
        for j in range(d):
            upstream = dOut[:, j]
            hat = cache.xHat[:, j]
            dBeta[j] = np.sum(upstream)
            dGamma[j] = np.sum(upstream * hat)

            dHat = upstream * cache.gamma[j]
            # path 1: straight through  hat = (x - mean) * invStd
            direct = dHat * cache.invStd[j]
            # path 2: through the variance
            #   dvar = sum(dHat * (x - mean)) * -1/2 * invStd^3  and
            #   x - mean = hat / invStd, so two of the invStd cancel
            throughVar = -hat * cache.invStd[j] * np.sum(dHat * hat) / n
            # path 3: through the mean (the variance does not change with the
            # mean because the differences sum to zero)
            throughMean = -np.sum(direct) / n
            dx[:, j] = direct + throughVar + throughMean
        return dx, dGamma, dBeta

    @staticmethod
    def backwardFast(dOut, cache):
        """all features at once"""
        n = cache.size[0]
        product = dOut * cache.xHat
        dGamma = product.sum(axis=0)
        dBeta = dOut.sum(axis=0)
        # reuse the memory of product for the correction that is subtracted
        np.multiply(cache.xHat, dGamma / n, out=product)
        product += dBeta / n
        dx = dOut - product
        dx *= cache.gamma * cache.invStd
        return dx, dGamma, dBeta


class LayerNorm:

    def __init__(self, gamma, beta, lnParam):
        self.gamma = gamma
        self.beta = beta
        self.eps = lnParam.get('eps', 1e-5)

    def forward(self, x):
        n, d = x.shape
        out = np.empty(x.shape, dtype=x.dtype)
        rows = []
        for i in range(n):
            example = x[i]
            mean = sum(example) / d
            diff = example - mean
            invStd = 1.0 / np.sqrt(np.dot(diff, diff) / d + self.eps)
            hat = diff * invStd
            out[i] = self.gamma * hat + self.beta
            rows.append((hat, invStd))
        return out, {'rows': rows, 'gamma': self.gamma}

    @staticmethod
    def backward(dOut, cache):
        gamma = cache['gamma']
        d = gamma.shape[0]
        dx = np.zeros(dOut.shape)
        dGamma = np.zeros(d)
        dBeta = np.zeros(d)
        for i, (hat, invStd) in enumerate(cache['rows']):
            dBeta = dBeta + dOut[i]
            dGamma = dGamma + dOut[i] * hat
            dHat = dOut[i] * gamma
            a = np.sum(dHat) / d
            b = np.sum(dHat * hat) / d
            dx[i] = (dHat - a - b * hat) * invStd
        return dx, dGamma, dBeta


class Pixels:
    """turns images into a list of pixels and back"""

    def __init__(self, shape):
        self.n, self.c, self.h, self.w = shape

    def toRows(self, images):
        return np.moveaxis(images, 1, 3).reshape(self.n * self.h * self.w, self.c)

    def toImages(self, rows):
        return np.moveaxis(rows.reshape(self.n, self.h, self.w, self.c), 3, 1)


class GroupNorm:

    def __init__(self, gamma, beta, groups, gnParam):
        self.gamma = gamma
        self.beta = beta
        self.groups = groups
        self.eps = gnParam.get('eps', 1e-5)

    def forward(self, x):
        n, c, h, w = x.shape
        perGroup = c // self.groups
        xHat = np.empty(x.shape, dtype=x.dtype)
        invStd = {}
        for i in range(n):
            for g in range(self.groups):
                block = slice(g * perGroup, (g + 1) * perGroup)
                part = x[i, block]
                invStd[i, g] = 1.0 / np.sqrt(np.var(part) + self.eps)
                xHat[i, block] = (part - np.mean(part)) * invStd[i, g]
        out = xHat * self.gamma + self.beta
        return out, {'xHat': xHat, 'invStd': invStd, 'gamma': self.gamma, 'perGroup': perGroup}

    @staticmethod
    def backward(dOut, cache):
        c = dOut.shape[1]
        xHat = cache['xHat']
        dGamma = np.zeros((1, c, 1, 1))
        dBeta = np.zeros((1, c, 1, 1))
        for k in range(c):
            dBeta[0, k, 0, 0] = np.sum(dOut[:, k])
            dGamma[0, k, 0, 0] = np.sum(dOut[:, k] * xHat[:, k])
        dHat = dOut * cache['gamma']
        dx = np.empty(dOut.shape)
        for (i, g), inv in cache['invStd'].items():
            block = slice(g * cache['perGroup'], (g + 1) * cache['perGroup'])
            d, hat = dHat[i, block], xHat[i, block]
            dx[i, block] = inv * (d - np.mean(d) - hat * np.mean(d * hat))
        return dx, dGamma, dBeta


# ---- the functions that the notebook calls ----

def batchnorm_forward(x, gamma, beta, bn_param):
    return BatchNorm(gamma, beta, bn_param).forward(x)


def batchnorm_backward(dout, cache):
    return BatchNorm.backward(dout, cache)


def batchnorm_backward_alt(dout, cache):
    return BatchNorm.backwardFast(dout, cache)


def layernorm_forward(x, gamma, beta, ln_param):
    return LayerNorm(gamma, beta, ln_param).forward(x)


def layernorm_backward(dout, cache):
    return LayerNorm.backward(dout, cache)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    pixels = Pixels(x.shape)
    out, inner = batchnorm_forward(pixels.toRows(x), gamma, beta, bn_param)
    return pixels.toImages(out), {'pixels': pixels, 'inner': inner}


def spatial_batchnorm_backward(dout, cache):
    pixels = cache['pixels']
    dx, dgamma, dbeta = batchnorm_backward(pixels.toRows(dout), cache['inner'])
    return pixels.toImages(dx), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    return GroupNorm(gamma, beta, G, gn_param).forward(x)


def spatial_groupnorm_backward(dout, cache):
    return GroupNorm.backward(dout, cache)
