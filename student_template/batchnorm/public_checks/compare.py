"""What the checks compare with."""

import numpy as np

from .handin import NotYet, Wrong


def same(name, actual, expected, hint, tolerance=1e-8):
    """See that an array has the shape, dtype and values expected."""
    expected = np.asarray(expected, dtype=np.float64)
    if actual is None:
        raise NotYet(f"{name} is None")
    if np.shape(actual) != expected.shape:
        hint = "How many dimensions does it have? And which axis is which?"
        raise Wrong(f"{name} has another shape", expected.shape, np.shape(actual), hint)
    kind = np.asarray(actual).dtype
    if kind != np.float64:
        hint = "Which step makes another kind of number of it?"
        raise Wrong(f"{name} has another dtype", "float64, as the arguments", str(kind), hint)
    error = np.abs(actual - expected)
    error = np.where(np.isfinite(error), error, np.inf)
    if not np.all(error <= tolerance * max(1e-2, np.abs(expected).max())):
        at = np.unravel_index(np.argmax(error), error.shape)
        what = f"{name} is off" if np.all(np.isfinite(actual)) else f"{name} holds NaN or infinity"
        where = f"worst at [{', '.join(map(str, at))}]" if at else ""
        raise Wrong(what, f"{expected[at]:.7g}", f"{np.asarray(actual)[at]:.7g}", hint, where)


def kind_of(value):
    """Say in a few words what a function returned."""
    return f"{len(value)} values" if isinstance(value, (tuple, list)) else type(value).__name__


def out_and_cache(hand_in, name, *arguments):
    """Call a forward pass."""
    result = hand_in.call(name, *arguments)
    if not isinstance(result, tuple) or len(result) != 2:
        raise Wrong(f"{name} returns something else", "out, cache", kind_of(result))
    if result[0] is None:
        raise NotYet(f"{name} returns None for out")
    return result


def slope(f, x):
    """Return the numerical gradient of a function that gives a number."""
    gradient = np.zeros_like(x)
    for i in range(x.size):
        for step in (1e-5, -1e-5):
            moved = x.copy()
            moved.flat[i] += step
            gradient.flat[i] += f(moved) / (2 * step)
    return gradient


def draw(seed, *shape):
    return np.random.RandomState(seed).randn(*shape)
