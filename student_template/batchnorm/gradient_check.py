"""Numerical gradients, to compare your own with. Given: nothing to do here.

A derivative is estimated by the central difference ``(f(x + h) - f(x - h)) / (2 * h)``. Its error
shrinks with ``h ** 2`` until rounding, which grows with ``1 / h``, takes over: use float64 and
leave ``h`` near 1e-5.
"""

import numpy as np


def eval_numerical_gradient(f, x, verbose=False, h=1e-5):
    """Estimate the gradient of a function that returns one number.

    Parameters
    ----------
    f : callable
        Called as ``f(x)``; returns a number.
    x : array of floats, any shape
        Where to take the gradient. Its entries are shifted in place, one at a time, so `f` may
        also read them elsewhere; afterwards each holds exactly what it held before.
    verbose : bool
        Print every entry of the gradient.
    h : float
        Size of the shift.

    Returns
    -------
    grad : array like `x`

    Raises
    ------
    TypeError
        If `x` is not an array of floats.
    """
    grad = np.zeros_like(x)
    for index, above, below in _shifted_values(f, x, h):
        grad[index] = (above - below) / (2 * h)
        if verbose:
            print(index, grad[index])
    return grad


def eval_numerical_gradient_array(f, x, df, h=1e-5):
    """Estimate the gradient of ``sum(f(x) * df)``, as backpropagation gives it.

    Parameters
    ----------
    f : callable
        Called as ``f(x)``; returns an array.
    x : array of floats, any shape
        As for `eval_numerical_gradient`.
    df : array of the shape of ``f(x)``
        Upstream gradient.
    h : float
        Size of the shift.

    Returns
    -------
    grad : array like `x`

    Raises
    ------
    TypeError
        If `x` is not an array of floats.
    ValueError
        If ``f(x)`` and `df` differ in shape.
    """
    grad = np.zeros_like(x)
    for index, above, below in _shifted_values(f, x, h):
        if above.shape != np.shape(df):
            raise ValueError(
                "f(x) has shape {}, but df has shape {}".format(above.shape, np.shape(df))
            )
        grad[index] = np.sum((above - below) * df) / (2 * h)
    return grad


def rel_error(x, y):
    """Return the largest relative difference between entries of two arrays.

    An entry counts ``|x - y| / (|x| + |y|)``, with 1e-8 for a smaller denominator. Where the true
    gradient is zero this measures rounding, not a mistake.
    """
    return np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y)))


def _shifted_values(f, x, h):
    """Yield index, ``f`` with that entry of ``x`` raised by ``h``, and ``f`` with it lowered."""
    if not isinstance(x, np.ndarray) or not np.issubdtype(x.dtype, np.floating):
        raise TypeError("x must be a numpy array of floats")
    for index in np.ndindex(*x.shape):
        kept = x[index]
        try:
            x[index] = kept + h
            above = np.array(f(x))  # a copy: f may return the same array twice
            x[index] = kept - h
            below = np.array(f(x))
        finally:
            x[index] = kept
        yield index, above, below
