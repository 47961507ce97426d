"""The derivative that all norms share."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Normalized:
    values: np.ndarray
    inverse_std: np.ndarray

    def gradient(self, d: np.ndarray, axis: int) -> np.ndarray:
        """d is the gradient by `values`."""
        count = self.values.shape[axis]
        total = d.sum(axis=axis, keepdims=True)
        total_hat = (d * self.values).sum(axis=axis, keepdims=True)
        inverse_std = np.expand_dims(self.inverse_std, axis)
        return inverse_std * (d - (total + self.values * total_hat) / count)


def normalized(x, moments, eps, axis) -> Normalized:
    inverse_std = (moments.var + eps) ** -0.5
    centered = x - np.expand_dims(moments.mean, axis)
    return Normalized(centered * np.expand_dims(inverse_std, axis), inverse_std)
