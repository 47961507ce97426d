"""Names that NumPy 2 has dropped and that these courses were taught with."""

from __future__ import annotations

import numpy as np

_OLD_NAMES = {
    "float": float, "int": int, "object": object, "str": str, "float_": np.float64,
    "alltrue": np.all, "sometrue": np.any, "product": np.prod, "cumproduct": np.cumprod,
    "row_stack": np.vstack, "Inf": np.inf, "infty": np.inf, "NaN": np.nan, "NAN": np.nan,
}  # fmt: skip


def restore_old_names() -> None:
    """Give NumPy the names back that it lacks."""
    for name, value in _OLD_NAMES.items():
        if name not in vars(np):
            setattr(np, name, value)
