"""Reference layers of the batch normalization assignment.

Every forward pass returns its output and a cache. The backward pass of the same name takes
``dout``, the gradient of the loss l in the shape of that output, and the cache, and returns the
gradient of each input in the shape of that input. All arrays of one call share one floating-point
dtype, and results keep it. No argument is written to, except the dict ``bn_param`` where stated.

References
----------
.. [1] S. Ioffe and C. Szegedy, "Batch Normalization: Accelerating Deep Network Training by
   Reducing Internal Covariate Shift", ICML 2015, arXiv:1502.03167.
.. [2] J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer Normalization", 2016, arXiv:1607.06450.
.. [3] Y. Wu and K. He, "Group Normalization", ECCV 2018, arXiv:1803.08494.
"""

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
Gradients: TypeAlias = tuple[Array, Array, Array]


class BatchNormCache(NamedTuple):
    """The nodes of the graph of batch normalization that its backward passes need."""

    x_mu: Array
    std: Array
    x_hat: Array
    gamma: Array


class RowNormCache(NamedTuple):
    """What layer and group norm remember; `x_hat` has the shape of the layer's input."""

    x_hat: Array
    std: Array
    gamma: Array


def affine_forward(x: Array, w: Array, b: Array) -> tuple[Array, tuple[Array, Array]]:
    """Multiply every example by a weight matrix and add a bias.

    Parameters
    ----------
    x : (N, d_1, ..., d_k) array
        N examples, each read as one row of ``D = d_1 * ... * d_k`` numbers.
    w : (D, M) array
    b : (M,) array

    Returns
    -------
    out : (N, M) array
    cache : (x, w)
    """
    return x.reshape(len(x), -1) @ w + b, (x, w)


def affine_backward(dout: Array, cache: tuple[Array, Array]) -> Gradients:
    """Backward pass of `affine_forward`.

    Returns
    -------
    dx : (N, d_1, ..., d_k) array
    dw : (D, M) array
    db : (M,) array
    """
    x, w = cache
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(len(x), -1).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


def relu_forward(x: Array) -> tuple[Array, Array]:
    """Clip negative entries to zero; `x` has any shape and is also the cache."""
    return np.maximum(x, 0), x


def relu_backward(dout: Array, cache: Array) -> Array:
    """Pass the upstream gradient on where the input was positive, and zero elsewhere."""
    return np.where(cache > 0, dout, 0)


def softmax_loss(x: Array, y: NDArray[np.integer[Any]]) -> tuple[float, Array]:
    """Mean cross-entropy of a softmax over class scores.

    Subtracting the largest score of each row changes no probability and prevents overflow.

    Parameters
    ----------
    x : (N, C) array
        Scores of N examples for C classes.
    y : (N,) integer array
        Label of each example, from 0 to C - 1.

    Returns
    -------
    loss : float
    dx : (N, C) array
    """
    examples = np.arange(x.shape[0])
    shifted = x - x.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -float(log_probabilities[examples, y].mean())
    dx = np.exp(log_probabilities)
    dx[examples, y] -= 1
    dx /= x.shape[0]
    return loss, dx


def batchnorm_forward(
    x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]
) -> tuple[Array, BatchNormCache | None]:
    """Normalize every feature over the batch, then scale and shift it.

    Training uses the statistics of the batch (Algorithm 1 of [1]_) and moves the running ones
    towards them; testing uses the running ones (Algorithm 2 of [1]_) and changes nothing. Both
    variances are biased (division by N), whereas [1]_ corrects the one used in testing.

    Parameters
    ----------
    x : (N, D) array
    gamma, beta : (D,) arrays
    bn_param : dict
        ``mode``: "train" or "test", required. ``eps``: added to the variance, default 1e-5.
        ``momentum``: what the running statistics keep of their old value, default 0.9.
        ``running_mean``, ``running_var``: (D,) arrays in the dtype of `x`, zeros where absent;
        in training the dict receives new arrays under these keys.

    Returns
    -------
    out : (N, D) array
    cache : BatchNormCache or None
        None in test mode, from which nothing is trained.

    Raises
    ------
    ValueError
        If the mode is missing or unknown; `bn_param` is then as it was.
    """
    mode = bn_param.get("mode")
    if mode not in ("train", "test"):
        raise ValueError(f"bn_param['mode'] must be 'train' or 'test', not {mode!r}")
    eps, momentum = _eps(bn_param), float(bn_param.get("momentum", 0.9))
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], dtype=x.dtype))

    if mode == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)  # Algorithm 1, lines 1 and 2
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    else:
        mean, var = running_mean, running_var

    x_mu = x - mean
    std = np.sqrt(var + eps)
    x_hat = x_mu / std  # Algorithm 1, line 3
    out = gamma * x_hat + beta  # Algorithm 1, line 4
    return out, BatchNormCache(x_mu, std, x_hat, gamma) if mode == "train" else None


def batchnorm_backward(dout: Array, cache: BatchNormCache | None) -> Gradients:
    """Backward pass of `batchnorm_forward` in training, one node of the graph at a time.

    The graph is Algorithm 1 of [1]_ taken apart into single operations::

        x -> mean -> x_mu -> square -> var -> std -> x_hat -> scaled -> out

    Walked from right to left it gives the six equations that follow the algorithm in section 3
    of [1]_; they carry no numbers there, so each is named below by its left-hand side. The
    gradient of a node is an array of that node's shape, and a node that feeds two others (x,
    x_mu) receives the sum of what they send back.

    Returns
    -------
    dx : (N, D) array
    dgamma, dbeta : (D,) arrays

    Raises
    ------
    ValueError
        If the cache is that of a forward pass in test mode.
    """
    x_mu, std, x_hat, gamma = _training_cache(cache)
    n = dout.shape[0]

    # Algorithm 1, line 4: out = scaled + beta and scaled = gamma * x_hat
    dbeta = np.sum(dout, axis=0)  # dl/dbeta
    dgamma = np.sum(dout * x_hat, axis=0)  # dl/dgamma
    dx_hat = dout * gamma  # dl/dx_hat

    # Algorithm 1, line 3: x_hat = x_mu / std and std = sqrt(var + eps)
    dx_mu_direct = dx_hat / std  # dl/dx, first term
    dstd = -np.sum(dx_hat * x_mu, axis=0) / std**2
    dvar = dstd / (2 * std)  # dl/dvar

    # Algorithm 1, line 2: var = mean(square) and square = x_mu ** 2
    dsquare = np.full_like(x_mu, dvar / n)  # every row has an equal share in the mean
    dx_mu_square = 2 * x_mu * dsquare  # dl/dx, second term
    dx_mu = dx_mu_direct + dx_mu_square

    # Algorithm 1, line 1: x_mu = x - mean and mean = mean(x)
    dmean = -np.sum(dx_mu, axis=0)  # dl/dmean
    dx_mean = np.full_like(x_mu, dmean / n)  # dl/dx, third term
    dx = dx_mu + dx_mean  # dl/dx
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout: Array, cache: BatchNormCache | None) -> Gradients:
    """Backward pass of `batchnorm_forward` in training, simplified on paper.

    Substituting dl/dvar and dl/dmean into dl/dx (section 3 of [1]_), where the x_mu of a batch
    sum to zero, leaves::

        dx = gamma / std * (dout - dbeta / N - x_hat * dgamma / N)

    Each column of `dout` loses its component along 1 and, but for eps, the one along x_hat:
    shifting or scaling a feature of the whole batch cannot change the loss. Parameters, returns
    and errors are those of `batchnorm_backward`.
    """
    _, std, x_hat, gamma = _training_cache(cache)
    n = dout.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx = x_hat * (-dgamma / n)
    dx += dout  # in place from here on: one pass over memory each, and no new array
    dx -= dbeta / n
    dx *= gamma / std
    return dx, dgamma, dbeta


def layernorm_forward(
    x: Array, gamma: Array, beta: Array, ln_param: dict[str, Any]
) -> tuple[Array, RowNormCache]:
    """Normalize every example over its own features, then scale and shift each feature.

    Statistics are those of equation (3) of [2]_ with eps under the root; gain and bias enter
    as in its equation (4). Training and testing are the same, and nothing is remembered.

    Parameters
    ----------
    x : (N, D) array
    gamma, beta : (D,) arrays
    ln_param : dict
        ``eps``: added to the variance, default 1e-5. Other keys are ignored.

    Returns
    -------
    out : (N, D) array
    cache : RowNormCache
    """
    x_hat, std = _normalize_rows(x, _eps(ln_param))
    return gamma * x_hat + beta, RowNormCache(x_hat, std, gamma)


def layernorm_backward(dout: Array, cache: RowNormCache) -> Gradients:
    """Backward pass of `layernorm_forward`.

    Returns
    -------
    dx : (N, D) array
    dgamma, dbeta : (D,) arrays
    """
    x_hat, std, gamma = cache
    # All examples share gamma and beta: sum over them, although the statistics ran along rows.
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx = _normalize_rows_backward(dout * gamma, x_hat, std)
    return dx, dgamma, dbeta


def spatial_batchnorm_forward(
    x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]
) -> tuple[Array, BatchNormCache | None]:
    """Batch normalization of feature maps: one mean and one variance a channel.

    A channel is one feature observed N * H * W times (section 3.2 of [1]_). `bn_param` and
    errors are those of `batchnorm_forward`, with running statistics of shape (C,).

    Parameters
    ----------
    x : (N, C, H, W) array
    gamma, beta : (C,) arrays
    bn_param : dict

    Returns
    -------
    out : (N, C, H, W) array
    cache : BatchNormCache or None
    """
    out, cache = batchnorm_forward(_channels_to_columns(x), gamma, beta, bn_param)
    return _columns_to_channels(out, x.shape), cache


def spatial_batchnorm_backward(dout: Array, cache: BatchNormCache | None) -> Gradients:
    """Backward pass of `spatial_batchnorm_forward`; errors as for `batchnorm_backward`.

    Returns
    -------
    dx : (N, C, H, W) array
    dgamma, dbeta : (C,) arrays
    """
    dx, dgamma, dbeta = batchnorm_backward_alt(_channels_to_columns(dout), cache)
    return _columns_to_channels(dx, dout.shape), dgamma, dbeta


def spatial_groupnorm_forward(
    x: Array, gamma: Array, beta: Array, G: int, gn_param: dict[str, Any]
) -> tuple[Array, RowNormCache]:
    """Normalize every group of channels of every example, then scale and shift each channel.

    Equations (1) and (2) of [3]_ over the sets of its equation (7), then its equation (6).

    Parameters
    ----------
    x : (N, C, H, W) array
    gamma, beta : (1, C, 1, 1) or (C,) arrays
    G : int
        Number of groups; each holds C / G neighbouring channels.
    gn_param : dict
        ``eps``: added to the variance, default 1e-5. Other keys are ignored.

    Returns
    -------
    out : (N, C, H, W) array
    cache : RowNormCache

    Raises
    ------
    ValueError
        If G does not divide C.
    """
    n, channels = x.shape[:2]
    if G < 1 or channels % G:
        raise ValueError(f"{channels} channels cannot be split into G={G} equal groups")
    rows, std = _normalize_rows(x.reshape(n * G, -1), _eps(gn_param))
    x_hat = rows.reshape(x.shape)
    out = _per_channel(gamma) * x_hat + _per_channel(beta)
    return out, RowNormCache(x_hat, std, gamma)


def spatial_groupnorm_backward(dout: Array, cache: RowNormCache) -> Gradients:
    """Backward pass of `spatial_groupnorm_forward`.

    Returns
    -------
    dx : (N, C, H, W) array
    dgamma, dbeta : arrays
        In the shape in which ``gamma`` was given.
    """
    x_hat, std, gamma = cache
    dgamma = np.sum(dout * x_hat, axis=(0, 2, 3)).reshape(gamma.shape)
    dbeta = np.sum(dout, axis=(0, 2, 3)).reshape(gamma.shape)
    dx_hat = dout * _per_channel(gamma)
    rows = (len(std), -1)  # one row an example and group, as in the forward pass
    dx = _normalize_rows_backward(dx_hat.reshape(rows), x_hat.reshape(rows), std)
    return dx.reshape(dout.shape), dgamma, dbeta


def _eps(param: dict[str, Any]) -> float:
    # A plain float, unlike a numpy scalar, leaves float32 arrays in float32.
    return float(param.get("eps", 1e-5))


def _training_cache(cache: BatchNormCache | None) -> BatchNormCache:
    if cache is None:
        raise ValueError("batch norm goes backward only from a forward pass in train mode")
    return cache


def _normalize_rows(x: Array, eps: float) -> tuple[Array, Array]:
    """Give every row of a matrix mean 0 and variance 1; return it and the (rows, 1) divisor."""
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return (x - x.mean(axis=1, keepdims=True)) / std, std


def _normalize_rows_backward(dx_hat: Array, x_hat: Array, std: Array) -> Array:
    """Apply the formula of `batchnorm_backward_alt` to rows, gamma being part of `dx_hat`."""
    along_x_hat = np.mean(dx_hat * x_hat, axis=1, keepdims=True)
    along_ones = np.mean(dx_hat, axis=1, keepdims=True)
    dx: Array = (dx_hat - along_ones - x_hat * along_x_hat) / std
    return dx


def _channels_to_columns(x: Array) -> Array:
    """(N, C, H, W) -> (N * H * W, C), one column a channel."""
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def _columns_to_channels(columns: Array, shape: tuple[int, ...]) -> Array:
    """Undo `_channels_to_columns` for an array of the given (N, C, H, W) shape."""
    n, channels, height, width = shape
    return columns.reshape(n, height, width, channels).transpose(0, 3, 1, 2)


def _per_channel(parameter: Array) -> Array:
    return parameter.reshape(1, -1, 1, 1)
