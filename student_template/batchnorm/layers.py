"""Layers of a neural network. Fill in every function that raises NotImplementedError.

Every forward pass returns its output and a cache: whatever its backward pass will need, in any
form you like. A backward pass takes the upstream gradient ``dout``, in the shape of the output,
and that cache, and returns the gradient of each input in the shape of that input.

Results have the dtype of ``x``. No array that a caller hands in may be changed; the only argument
that a function writes to is the dict ``bn_param``.

Papers
------
.. [1] S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by
   Reducing Internal Covariate Shift", 2015, https://arxiv.org/abs/1502.03167
.. [2] J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer Normalization", 2016,
   https://arxiv.org/abs/1607.06450
.. [3] Y. Wu and K. He, "Group Normalization", 2018, https://arxiv.org/abs/1803.08494
"""

import numpy as np


def affine_forward(x, w, b):
    """Multiply every example by a weight matrix and add a bias. Given.

    Parameters
    ----------
    x : array (N, d_1, ..., d_k)
        N examples, each read as one row of D = d_1 * ... * d_k numbers.
    w : array (D, M)
    b : array (M,)

    Returns
    -------
    out : array (N, M)
    cache : for `affine_backward`
    """
    out = x.reshape(x.shape[0], -1).dot(w) + b
    return out, (x, w)


def affine_backward(dout, cache):
    """Backward pass of `affine_forward`. Given.

    Parameters
    ----------
    dout : array (N, M)
    cache : from `affine_forward`

    Returns
    -------
    dx : array (N, d_1, ..., d_k)
    dw : array (D, M)
    db : array (M,)
    """
    x, w = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    db = dout.sum(axis=0)
    return dx, dw, db


def relu_forward(x):
    """Replace negative entries by zero. Given.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    out : array like `x`
    cache : for `relu_backward`
    """
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    """Backward pass of `relu_forward`. Given.

    Parameters
    ----------
    dout : array like the output
    cache : from `relu_forward`

    Returns
    -------
    dx : array like `dout`
    """
    return np.where(cache > 0, dout, 0)


def softmax_loss(x, y):
    """Mean cross-entropy of a softmax over class scores, and its gradient. Given.

    Parameters
    ----------
    x : array (N, C)
        Scores of N examples for C classes.
    y : integer array (N,)
        Label of each example, from 0 to C - 1.

    Returns
    -------
    loss : float
    dx : array (N, C)
    """
    examples = np.arange(x.shape[0])
    shifted = x - x.max(axis=1, keepdims=True)  # no probability changes, and exp cannot overflow
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -float(log_probabilities[examples, y].mean())
    dx = np.exp(log_probabilities)
    dx[examples, y] -= 1
    dx /= x.shape[0]
    return loss, dx


def batchnorm_forward(x, gamma, beta, bn_param):
    """Forward pass of batch normalization, Algorithm 1 of [1]_.

    In mode "train" every feature (a column of `x`) is normalized with its mean and variance in
    this batch, then scaled by `gamma` and shifted by `beta`; and the running statistics take in
    those of the batch. In mode "test" the running statistics are used in place of those of the
    batch, and nothing is updated. Every variance here is the biased one, a division by N.

    Parameters
    ----------
    x : array (N, D)
    gamma : array (D,)
    beta : array (D,)
    bn_param : dict
        mode : "train" or "test"; required.
        eps : constant for numerical stability, as in the paper; 1e-5 if absent.
        momentum : the share of its old value that a running statistic keeps in one training
            step, the batch supplying the rest; 0.9 if absent.
        running_mean, running_var : arrays (D,) in the dtype of `x`; zeros if absent. In training
            their new values are stored in `bn_param` under these two keys.

    Returns
    -------
    out : array (N, D)
    cache : for `batchnorm_backward` and `batchnorm_backward_alt`

    Raises
    ------
    ValueError
        If the mode is neither "train" nor "test".
    """
    raise NotImplementedError("batchnorm_forward")


def batchnorm_backward(dout, cache):
    """Backward pass of batch normalization in mode "train", step by step.

    Draw the forward pass as a graph of simple operations and go through it from the end to the
    beginning. Where a value is used more than once, its gradients add up.

    Parameters
    ----------
    dout : array (N, D)
    cache : from `batchnorm_forward` in mode "train"

    Returns
    -------
    dx : array (N, D)
    dgamma : array (D,)
    dbeta : array (D,)
    """
    raise NotImplementedError("batchnorm_backward")


def batchnorm_backward_alt(dout, cache):
    """Backward pass of batch normalization in mode "train", from a formula of your own.

    Work the derivative out on paper, simplify it as far as it goes, and write down the result.
    Takes the same cache as `batchnorm_backward` and returns the same gradients, in less time.

    Parameters
    ----------
    dout : array (N, D)
    cache : from `batchnorm_forward` in mode "train"

    Returns
    -------
    dx : array (N, D)
    dgamma : array (D,)
    dbeta : array (D,)
    """
    raise NotImplementedError("batchnorm_backward_alt")


def layernorm_forward(x, gamma, beta, ln_param):
    """Forward pass of layer normalization [2]_.

    Every example (a row of `x`) is normalized with the mean and the biased variance of its own
    features; each feature is then scaled by `gamma` and shifted by `beta`. Training and testing
    do the same, and there are no running statistics.

    Parameters
    ----------
    x : array (N, D)
    gamma : array (D,)
    beta : array (D,)
    ln_param : dict
        eps : constant for numerical stability, used as in batch normalization; 1e-5 if absent.
        It may hold other keys, such as a mode, which have no effect.

    Returns
    -------
    out : array (N, D)
    cache : for `layernorm_backward`
    """
    raise NotImplementedError("layernorm_forward")


def layernorm_backward(dout, cache):
    """Backward pass of layer normalization.

    Parameters
    ----------
    dout : array (N, D)
    cache : from `layernorm_forward`

    Returns
    -------
    dx : array (N, D)
    dgamma : array (D,)
    dbeta : array (D,)
    """
    raise NotImplementedError("layernorm_backward")


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Forward pass of batch normalization for feature maps, section 3.2 of [1]_.

    Every channel is normalized over all examples and all positions.

    Parameters
    ----------
    x : array (N, C, H, W)
    gamma : array (C,)
    beta : array (C,)
    bn_param : dict
        As for `batchnorm_forward`, with running_mean and running_var of shape (C,).

    Returns
    -------
    out : array (N, C, H, W)
    cache : for `spatial_batchnorm_backward`

    Raises
    ------
    ValueError
        If the mode is neither "train" nor "test".
    """
    raise NotImplementedError("spatial_batchnorm_forward")


def spatial_batchnorm_backward(dout, cache):
    """Backward pass of spatial batch normalization in mode "train".

    Parameters
    ----------
    dout : array (N, C, H, W)
    cache : from `spatial_batchnorm_forward` in mode "train"

    Returns
    -------
    dx : array (N, C, H, W)
    dgamma : array (C,)
    dbeta : array (C,)
    """
    raise NotImplementedError("spatial_batchnorm_backward")


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Forward pass of group normalization [3]_.

    The C channels are cut, in order, into G groups of the same size. Every group of every example
    is normalized by itself, with a biased variance; each channel is then scaled by `gamma` and
    shifted by `beta`. Training and testing do the same.

    Parameters
    ----------
    x : array (N, C, H, W)
    gamma : array (1, C, 1, 1)
    beta : array (1, C, 1, 1)
    G : int
        Number of groups, a divisor of C.
    gn_param : dict
        eps : constant for numerical stability, used as in batch normalization; 1e-5 if absent.
        It may hold other keys, which have no effect.

    Returns
    -------
    out : array (N, C, H, W)
    cache : for `spatial_groupnorm_backward`
    """
    raise NotImplementedError("spatial_groupnorm_forward")


def spatial_groupnorm_backward(dout, cache):
    """Backward pass of group normalization.

    Parameters
    ----------
    dout : array (N, C, H, W)
    cache : from `spatial_groupnorm_forward`

    Returns
    -------
    dx : array (N, C, H, W)
    dgamma : array (1, C, 1, 1)
    dbeta : array (1, C, 1, 1)
    """
    raise NotImplementedError("spatial_groupnorm_backward")
