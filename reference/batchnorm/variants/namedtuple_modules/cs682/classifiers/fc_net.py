from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

from ..layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward_alt,
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
    relu_backward,
    relu_forward,
    softmax_loss,
)


@dataclass
class Norm:
    forward: Callable[..., Any]
    backward: Callable[..., Any]


NORMS = {
    "batchnorm": Norm(batchnorm_forward, batchnorm_backward_alt),
    "layernorm": Norm(layernorm_forward, layernorm_backward),
}


class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims: list[int],
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        dropout: float = 1,
        normalization: str | None = None,
        reg: float = 0.0,
        weight_scale: float = 1e-2,
        dtype: type = np.float32,
        seed: int | None = None,
    ) -> None:
        self.norm = NORMS[normalization] if normalization else None
        self.reg, self.dtype = reg, dtype
        self.num_layers = len(hidden_dims) + 1
        sizes = [input_dim, *hidden_dims, num_classes]
        self.params: dict[str, np.ndarray] = {}
        for i, (n, m) in enumerate(zip(sizes, sizes[1:]), 1):
            self.params[f"W{i}"] = np.random.normal(scale=weight_scale, size=(n, m)).astype(dtype)
        for i, m in enumerate(sizes[1:], 1):
            self.params[f"b{i}"] = np.zeros(m, dtype)
            if self.norm is not None and i < self.num_layers:
                self.params[f"gamma{i}"], self.params[f"beta{i}"] = np.ones(m, dtype), np.zeros(m, dtype)
        self.bn_params: list[dict] = [{"mode": "train"} for _ in hidden_dims]

    def forward(self, x: np.ndarray) -> tuple[np.ndarray, list[tuple]]:
        caches = []
        for i, bn_param in enumerate(self.bn_params, 1):
            x, affine = affine_forward(x, self.params[f"W{i}"], self.params[f"b{i}"])
            norm = None
            if self.norm is not None:
                x, norm = self.norm.forward(x, self.params[f"gamma{i}"], self.params[f"beta{i}"], bn_param)
            x, relu = relu_forward(x)
            caches.append((i, affine, norm, relu))
        return x, caches

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        for bn_param in self.bn_params:
            bn_param["mode"] = "test" if y is None else "train"
        features, caches = self.forward(X.astype(self.dtype))
        top = self.num_layers
        scores, affine = affine_forward(features, self.params[f"W{top}"], self.params[f"b{top}"])
        if y is None:
            return scores
        loss, d = softmax_loss(scores, y)
        grads: dict[str, np.ndarray] = {}
        d, grads[f"W{top}"], grads[f"b{top}"] = affine_backward(d, affine)
        for i, affine, norm, relu in reversed(caches):
            d = relu_backward(d, relu)
            if self.norm is not None:
                d, grads[f"gamma{i}"], grads[f"beta{i}"] = self.norm.backward(d, norm)
            d, grads[f"W{i}"], grads[f"b{i}"] = affine_backward(d, affine)
        for i in range(1, top + 1):
            weights = self.params[f"W{i}"]
            loss += 0.5 * self.reg * float((weights**2).sum())
            grads[f"W{i}"] += self.reg * weights
        return loss, grads
