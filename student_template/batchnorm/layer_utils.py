"""Layers that often come together, joined into one. Given: nothing to do here.

They call what you write in `layers.py`, and nothing obliges you to use them.
"""

try:
    from . import layers
except ImportError:  # the files lie beside a notebook, in no package
    import layers


def affine_relu_forward(x, w, b):
    """Affine layer, then ReLU.

    Parameters
    ----------
    x : array (N, d_1, ..., d_k)
        N examples, each read as one row of D = d_1 * ... * d_k numbers.
    w : array (D, M)
    b : array (M,)

    Returns
    -------
    out : array (N, M)
    cache : for `affine_relu_backward`
    """
    out, affine_cache = layers.affine_forward(x, w, b)
    out, relu_cache = layers.relu_forward(out)
    return out, (affine_cache, relu_cache)


def affine_relu_backward(dout, cache):
    """Backward pass of `affine_relu_forward`; returns dx, dw, db."""
    affine_cache, relu_cache = cache
    return layers.affine_backward(layers.relu_backward(dout, relu_cache), affine_cache)


def affine_batchnorm_relu_forward(x, w, b, gamma, beta, bn_param):
    """Affine layer, then batch normalization, then ReLU.

    Parameters
    ----------
    x, w, b : as for `affine_relu_forward`
    gamma, beta : arrays (M,)
    bn_param : dict, as for `batchnorm_forward`

    Returns
    -------
    out : array (N, M)
    cache : for `affine_batchnorm_relu_backward`
    """
    out, affine_cache = layers.affine_forward(x, w, b)
    out, norm_cache = layers.batchnorm_forward(out, gamma, beta, bn_param)
    out, relu_cache = layers.relu_forward(out)
    return out, (affine_cache, norm_cache, relu_cache)


def affine_batchnorm_relu_backward(dout, cache):
    """Backward pass of `affine_batchnorm_relu_forward`; returns dx, dw, db, dgamma, dbeta."""
    affine_cache, norm_cache, relu_cache = cache
    dout = layers.relu_backward(dout, relu_cache)
    dout, dgamma, dbeta = layers.batchnorm_backward(dout, norm_cache)
    return (*layers.affine_backward(dout, affine_cache), dgamma, dbeta)


def affine_layernorm_relu_forward(x, w, b, gamma, beta, ln_param):
    """Affine layer, then layer normalization, then ReLU.

    Parameters
    ----------
    x, w, b : as for `affine_relu_forward`
    gamma, beta : arrays (M,)
    ln_param : dict, as for `layernorm_forward`

    Returns
    -------
    out : array (N, M)
    cache : for `affine_layernorm_relu_backward`
    """
    out, affine_cache = layers.affine_forward(x, w, b)
    out, norm_cache = layers.layernorm_forward(out, gamma, beta, ln_param)
    out, relu_cache = layers.relu_forward(out)
    return out, (affine_cache, norm_cache, relu_cache)


def affine_layernorm_relu_backward(dout, cache):
    """Backward pass of `affine_layernorm_relu_forward`; returns dx, dw, db, dgamma, dbeta."""
    affine_cache, norm_cache, relu_cache = cache
    dout = layers.relu_backward(dout, relu_cache)
    dout, dgamma, dbeta = layers.layernorm_backward(dout, norm_cache)
    return (*layers.affine_backward(dout, affine_cache), dgamma, dbeta)
