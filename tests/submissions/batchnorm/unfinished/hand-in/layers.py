import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    """
    Normalizes every feature of the minibatch.

    x: shape (N, D)
    gamma: scale, shape (D,)
    beta: shift, shape (D,)
    bn_param: dictionary, 'mode' is needed, the rest has defaults
    """
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    features = x.shape[1]

    # first call: start the running averages with zeros
    bn_param.setdefault('running_mean', np.zeros(features, dtype=x.dtype))
    bn_param.setdefault('running_var', np.zeros(features, dtype=x.dtype))

    if bn_param['mode'] == 'train':
        average = x.mean(axis=0)
        deviation = x - average
        variance = np.mean(deviation ** 2, axis=0)
        normalized = deviation / np.sqrt(variance + eps)

        bn_param['running_mean'] = (
            momentum * bn_param['running_mean'] + (1 - momentum) * average)
        bn_param['running_var'] = (
            momentum * bn_param['running_var'] + (1 - momentum) * variance)
        # TODO what do I need in the backward pass? for now keep everything
        cache = (x, average, deviation, variance, normalized, gamma, beta, eps)

    elif bn_param['mode'] == 'test':
        deviation = x - bn_param['running_mean']
        normalized = deviation / np.sqrt(bn_param['running_var'] + eps)
        cache = None

    else:
        raise ValueError('unknown mode %s' % bn_param['mode'])

    out = gamma * normalized + beta
    return out, cache


def batchnorm_backward(dout, cache):
    # out = gamma * normalized + beta
    #   -> dbeta = sum of dout ?
    #   -> dgamma = ?
    raise NotImplementedError('TODO')


def batchnorm_backward_alt(dout, cache):
    raise NotImplementedError('TODO')


def layernorm_forward(x, gamma, beta, ln_param):
    raise NotImplementedError('TODO')


def layernorm_backward(dout, cache):
    raise NotImplementedError('TODO')


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    raise NotImplementedError('TODO')


def spatial_batchnorm_backward(dout, cache):
    raise NotImplementedError('TODO')


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    raise NotImplementedError('TODO')


def spatial_groupnorm_backward(dout, cache):
    raise NotImplementedError('TODO')
