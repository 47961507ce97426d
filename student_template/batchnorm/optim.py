"""Update rules for training by gradient descent. Given: nothing to do here.

Every rule is called as ``next_w, config = rule(w, dw, config)``: `w` is a parameter, `dw` the
gradient of the loss in the same shape, and `config` a dict of the rule's settings and of what it
remembers from step to step. Settings that are missing get their defaults. The dict is updated and
returned, to be handed in again at the next step; arrays are never written to.

Papers
------
.. [1] B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964
.. [2] T. Tieleman and G. Hinton, "RMSProp", lecture 6.5 of "Neural Networks for Machine
   Learning", 2012
.. [3] D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", 2015,
   https://arxiv.org/abs/1412.6980
"""

import numpy as np


def sgd(w, dw, config=None):
    """Plain gradient descent.

    Parameters
    ----------
    w, dw : arrays of one shape
    config : dict, optional
        learning_rate : 1e-2 if absent.

    Returns
    -------
    next_w : array like `w`
    config : dict
    """
    config = _with_defaults(config, learning_rate=1e-2)
    return w - config["learning_rate"] * dw, config


def sgd_momentum(w, dw, config=None):
    """Gradient descent with momentum [1]_.

    Parameters
    ----------
    w, dw : arrays of one shape
    config : dict, optional
        learning_rate : 1e-2 if absent.
        momentum : share of the velocity that is kept in one step; 0.9 if absent.
        velocity : array like `w`, what moved it last; zeros if absent.

    Returns
    -------
    next_w : array like `w`
    config : dict
    """
    config = _with_defaults(config, learning_rate=1e-2, momentum=0.9)
    velocity = config.get("velocity", np.zeros_like(w))
    config["velocity"] = config["momentum"] * velocity - config["learning_rate"] * dw
    return w + config["velocity"], config


def rmsprop(w, dw, config=None):
    """Step lengths adapted to the recent size of each entry's gradient [2]_.

    Parameters
    ----------
    w, dw : arrays of one shape
    config : dict, optional
        learning_rate : 1e-2 if absent.
        decay_rate : share of the average that is kept in one step; 0.99 if absent.
        epsilon : added to the divisor; 1e-8 if absent.
        cache : array like `w`, running average of the squared gradient; zeros if absent.

    Returns
    -------
    next_w : array like `w`
    config : dict
    """
    config = _with_defaults(config, learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8)
    cache = _average(config.get("cache", np.zeros_like(w)), dw * dw, config["decay_rate"])
    config["cache"] = cache
    return w - config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"]), config


def adam(w, dw, config=None):
    """Adam: running averages of the gradient and of its square, Algorithm 1 of [3]_.

    Both averages start at zero and are corrected for that.

    Parameters
    ----------
    w, dw : arrays of one shape
    config : dict, optional
        learning_rate : 1e-3 if absent.
        beta1, beta2 : shares of the two averages that are kept in one step; 0.9 and 0.999 if
            absent.
        epsilon : added to the divisor; 1e-8 if absent.
        m, v : arrays like `w`, the averages; zeros if absent.
        t : number of steps taken; 0 if absent.

    Returns
    -------
    next_w : array like `w`
    config : dict
    """
    config = _with_defaults(config, learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, t=0)
    config["t"] += 1
    config["m"] = _average(config.get("m", np.zeros_like(w)), dw, config["beta1"])
    config["v"] = _average(config.get("v", np.zeros_like(w)), dw * dw, config["beta2"])
    # In place from here on: for a large parameter, new arrays cost as much as the arithmetic.
    divisor = config["v"] / (1 - config["beta2"] ** config["t"])
    np.sqrt(divisor, out=divisor)
    divisor += config["epsilon"]
    step = config["m"] * (config["learning_rate"] / (1 - config["beta1"] ** config["t"]))
    step /= divisor
    return w - step, config


def _with_defaults(config, **defaults):
    """Return `config`, or a new dict in place of None, with what it lacks filled in."""
    config = {} if config is None else config
    for name, value in defaults.items():
        config.setdefault(name, value)
    return config


def _average(old, new, kept):
    average = kept * old
    average += (1 - kept) * new
    return average
