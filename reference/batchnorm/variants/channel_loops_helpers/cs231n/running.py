import numpy as np

KEYS = ('running_mean', 'running_var')


def load(bn_param, size):
    return [np.ravel(bn_param.get(key, np.zeros(size))) for key in KEYS]


def store(bn_param, size, *new):
    momentum = bn_param.get('momentum', 0.9)
    for key, old, value in zip(KEYS, load(bn_param, size), new):
        bn_param[key] = old * momentum + np.ravel(value) * (1 - momentum)
