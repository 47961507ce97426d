"""Reference network of the batch normalization assignment."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

try:
    from .. import layers
except ImportError:  # the files lie beside a notebook, in no package
    import layers  # type: ignore[import-not-found, no-redef]

Array: TypeAlias = NDArray[np.floating[Any]]
Labels: TypeAlias = NDArray[np.integer[Any]]
# Of an affine layer, the normalization after it if there is one, and the ReLU after that.
Caches: TypeAlias = tuple[tuple[Array, Array], Any, Array]

# Forward and backward pass of each kind of normalization.
NORMS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "batchnorm": (layers.batchnorm_forward, layers.batchnorm_backward_alt),
    "layernorm": (layers.layernorm_forward, layers.layernorm_backward),
}


class FullyConnectedNet:
    """A fully connected network with ReLU, a softmax loss, and normalization if asked for.

    With L layers it computes::

        (affine - [normalization] - ReLU) L - 1 times, then affine - softmax

    Parameters
    ----------
    hidden_dims : sequence of int
        Sizes of the L - 1 hidden layers.
    input_dim : int
        Numbers in one example.
    num_classes : int
    dropout : 0, 1 or None
        Dropout is not part of the assignment. Editions of the course say "none" by 0 or by 1,
        depending on whether the number is the share dropped or the share kept.
    normalization : "batchnorm", "layernorm" or None
    reg : float
        Strength of the L2 regularization of the weights.
    weight_scale : float
        Standard deviation of the initial weights.
    dtype : dtype
        In which everything is computed and returned.
    seed : int, optional
        Draw the weights from a stream of their own in place of NumPy's global one.
    use_batchnorm : bool, optional
        How older editions ask for normalization: True for "batchnorm", False for None.

    Attributes
    ----------
    params : dict
        ``W<i>`` of shape (size before, size after) and ``b<i>`` for layers 1 to L; ``gamma<i>``
        and ``beta<i>`` for the normalized ones, 1 to L - 1. The weights are drawn in this order.
    bn_params : list of dict
        One for each normalization layer; batch norm keeps its running statistics there.

    Raises
    ------
    ValueError
        If the normalization is unknown, `use_batchnorm` contradicts it, or dropout is asked for.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the interface of the courses
        self,
        hidden_dims: Sequence[int],
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        dropout: float | None = 0,
        normalization: Literal["batchnorm", "layernorm"] | None = None,
        reg: float = 0.0,
        weight_scale: float = 1e-2,
        dtype: DTypeLike = np.float32,
        seed: int | None = None,
        *,
        use_batchnorm: bool | None = None,
    ) -> None:
        if dropout not in (0, 1, None):
            raise ValueError(f"dropout={dropout!r}: this network has none")
        self.normalization = _chosen(normalization, use_batchnorm=use_batchnorm)
        self.reg = reg
        self.dtype = np.dtype(dtype)
        self.num_layers = len(hidden_dims) + 1
        self.params: dict[str, Array] = {}
        stream: Any = np.random if seed is None else np.random.RandomState(seed)
        sizes = [input_dim, *hidden_dims, num_classes]
        for i, (before, after) in enumerate(itertools.pairwise(sizes), start=1):
            self.params[f"W{i}"] = (weight_scale * stream.randn(before, after)).astype(dtype)
            self.params[f"b{i}"] = np.zeros(after, dtype)
            if self.normalization and i < self.num_layers:
                self.params[f"gamma{i}"] = np.ones(after, dtype)
                self.params[f"beta{i}"] = np.zeros(after, dtype)
        normalized = len(hidden_dims) if self.normalization else 0
        self.bn_params: list[dict[str, Any]] = [{"mode": "train"} for _ in range(normalized)]

    @overload
    def loss(self, X: Array, y: None = None) -> Array: ...

    @overload
    def loss(self, X: Array, y: Labels) -> tuple[float, dict[str, Array]]: ...

    def loss(self, X: Array, y: Labels | None = None) -> Array | tuple[float, dict[str, Array]]:
        """Compute the scores of a test, or the loss and gradients of a training step.

        Parameters
        ----------
        X : (N, d_1, ..., d_k) array
            N examples of `input_dim` numbers each, of any dtype.
        y : (N,) integer array, optional
            Labels from 0 to num_classes - 1.

        Returns
        -------
        scores : (N, num_classes) array
            Without labels, in mode "test".
        loss, grads : float, dict
            With labels, in mode "train": mean cross-entropy plus ``0.5 * reg * sum(W ** 2)`` over
            all weights, and its gradient by every entry of `params`.
        """
        for bn_param in self.bn_params:
            bn_param["mode"] = "test" if y is None else "train"
        hidden, caches = self._hidden_forward(X.astype(self.dtype))
        last = self.num_layers
        scores, affine = layers.affine_forward(
            hidden, self.params[f"W{last}"], self.params[f"b{last}"]
        )
        if y is None:
            return scores

        loss, dscores = layers.softmax_loss(scores, y)
        grads: dict[str, Array] = {}
        dhidden, grads[f"W{last}"], grads[f"b{last}"] = layers.affine_backward(dscores, affine)
        grads.update(self._hidden_backward(dhidden, caches))
        for name, w in self.params.items():
            if self.reg and name.startswith("W"):
                loss += 0.5 * self.reg * float(np.sum(w**2))
                grads[name] += self.reg * w
        return loss, grads

    def _hidden_forward(self, x: Array) -> tuple[Array, list[Caches]]:
        caches = []
        for i in range(1, self.num_layers):
            x, affine = layers.affine_forward(x, self.params[f"W{i}"], self.params[f"b{i}"])
            norm = None
            if self.normalization:
                forward, _ = NORMS[self.normalization]
                gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
                x, norm = forward(x, gamma, beta, self.bn_params[i - 1])
            x, relu = layers.relu_forward(x)
            caches.append((affine, norm, relu))
        return x, caches

    def _hidden_backward(self, dx: Array, caches: list[Caches]) -> dict[str, Array]:
        """Return the gradients of all parameters but those of the last layer."""
        grads = {}
        for i in range(self.num_layers - 1, 0, -1):
            affine, norm, relu = caches[i - 1]
            dx = layers.relu_backward(dx, relu)
            if self.normalization:
                _, backward = NORMS[self.normalization]
                dx, grads[f"gamma{i}"], grads[f"beta{i}"] = backward(dx, norm)
            dx, grads[f"W{i}"], grads[f"b{i}"] = layers.affine_backward(dx, affine)
        return grads


def _chosen(normalization: str | None, *, use_batchnorm: bool | None) -> str | None:
    if normalization not in (None, *NORMS):
        raise ValueError(f"normalization {normalization!r} is none of {', '.join(NORMS)}, None")
    if use_batchnorm is None:
        return normalization
    wanted = "batchnorm" if use_batchnorm else None
    if normalization not in (None, wanted):
        raise ValueError(f"use_batchnorm={use_batchnorm}, but normalization={normalization!r}")
    return wanted
