"""Moments of a batch and their exponential averages."""
from typing import NamedTuple

import numpy as np


class Moments(NamedTuple):
    mean: np.ndarray
    var: np.ndarray


def moments(x: np.ndarray, axis: int) -> Moments:
    return Moments(x.mean(axis=axis), x.var(axis=axis))


def remembered(bn_param: dict, like: np.ndarray) -> Moments:
    zero = np.zeros(like.shape[1], dtype=like.dtype)
    return Moments(bn_param.get("running_mean", zero), bn_param.get("running_var", zero))


def remember(bn_param: dict, new: Moments, old: Moments) -> None:
    momentum = bn_param.get("momentum", 0.9)
    mixed = Moments(*(momentum * o + (1 - momentum) * n for o, n in zip(old, new)))
    bn_param["running_mean"], bn_param["running_var"] = mixed
