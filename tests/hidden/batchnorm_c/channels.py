"""Inputs and judgements that the checks of this suite share."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from grader.numeric.compare import expect, expect_close

# Half the distance from 1 to the next float32.
ROUNDING = 2.0**-24

# Rows, channels, elements of a channel in one example. These and the number of columns differ, so
# that one cannot stand for another; N = rows * n is small enough to tell N from N - 1.
SIZES = [(5, 3, 4), (4, 2, 7), (7, 4, 1)]
IMAGES = (3, 8, 1024)
# With the order of the calls' arguments.
ARGUMENTS = {
    "variance": ("x", "m"),
    "normalize": ("x", "m", "v"),
    "delta_mean": ("d", "v"),
    "delta_variance": ("d", "x", "m", "v"),
    "delta_batch_norm": ("d", "dm", "dv", "m", "v", "x"),
}
SHAPE_HINT = "Statistics have one row and a column for each channel; the rest is as large as x."


@dataclass
class Batch:
    """A batch and everything a function takes, in float32.

    x, d (rows, groups * n), m, v, dm, dv (1, groups): what belongs to x and d, but for rounding.
    """

    groups: int
    x: np.ndarray
    d: np.ndarray
    m: np.ndarray
    v: np.ndarray
    dm: np.ndarray
    dv: np.ndarray

    def arguments(self, name: str) -> tuple[Any, ...]:
        """Return copies of what a function takes."""
        return (*(getattr(self, each).copy() for each in ARGUMENTS[name]), self.groups)

    @property
    def count(self) -> int:
        """N, how many elements a channel has in the batch."""
        return self.x.size // self.groups


def draw(rng: np.random.Generator, reference: Any, size: tuple[int, int, int]) -> Batch:
    """Draw a batch of channels with different means, of either sign, and deviations around 2.

    The upstream gradient d has a part along 1 and a part along x - m: no sum over it cancels, so
    its rounding errors stay small beside it.
    """
    rows, groups, n = size
    deviation = rng.uniform(1.0, 3.0, (groups, 1))
    centre = rng.uniform(1.0, 4.0, (groups, 1)) * np.where(np.arange(groups) % 2, -1, 1)[:, None]
    z = rng.standard_normal((rows, groups, n))
    z = (z - z.mean(axis=(0, 2), keepdims=True)) / z.std(axis=(0, 2), keepdims=True)
    d = rng.standard_normal(z.shape) + rng.uniform(0.5, 1.0, (groups, 1)) * (1 + z)
    x, d = (
        each.reshape(rows, groups * n).astype(np.float32) for each in (centre + deviation * z, d)
    )
    return completed(reference, x, d, groups)


def completed(reference: Any, x: np.ndarray, d: np.ndarray, groups: int) -> Batch:
    """Return the batch of x and d with its statistics and their gradients."""
    m = np.float32(reference.mean(x, groups))
    v = np.float32(reference.variance(x, m, groups))
    dm = np.float32(reference.delta_mean(d, v, groups))
    dv = np.float32(reference.delta_variance(d, x, m, v, groups))
    return Batch(groups, x, d, m, v, dm, dv)


def tolerance(batch: Batch) -> float:
    """Return how far off a right result in float32 may be, on the scale of `scale`.

    A sum of N terms in the order they come in is off by N roundings at most, none larger than that
    of the sum of their sizes; some more are made with each term and with the result.
    """
    return 4 * (batch.count + 16) * ROUNDING


def scale(name: str, batch: Batch) -> float | None:
    """Return how large what is added up becomes where nothing cancels, None for the largest entry.

    A gradient may be small beside the terms that it is the sum of; their rounding errors are not.
    """
    d, x = (np.float64(each).reshape(len(each), batch.groups, -1) for each in (batch.d, batch.x))
    m, v, dm, dv = (np.float64(each)[:, :, None] for each in (batch.m, batch.v, batch.dm, batch.dv))
    root, distance = np.sqrt(v + 1e-5), np.abs(x - m)
    match name:
        case "delta_mean":
            sizes = np.abs(d / root).sum(axis=(0, 2))
        case "delta_variance":
            sizes = 0.5 * np.abs(d * distance / root**3).sum(axis=(0, 2))
        case "delta_batch_norm":
            sizes = np.abs(d / root) + (np.abs(dv) * 2 * distance + np.abs(dm)) / batch.count
        case _:
            return None
    return float(sizes.max())


def expect_right(side: Any, reference: Any, name: str, batch: Batch, hint: str) -> None:
    """Raise Mismatch unless a function gives what it should for a batch, to float32."""
    arguments = batch.arguments(name)
    expect_close(
        f"the result of {name}",
        getattr(side, name)(*arguments),
        getattr(reference, name)(*arguments),
        tolerance=tolerance(batch),
        scale=scale(name, batch),
        hint=hint,
    )


def expect_apart(side: Any, name: str, batch: Batch) -> None:
    """Raise Mismatch where what one channel is given changes what another one becomes."""
    before = getattr(side, name)(*batch.arguments(name))
    changed = Batch(**{field.name: getattr(batch, field.name) for field in fields(batch)})
    n = batch.x.shape[1] // batch.groups
    for each in ARGUMENTS[name]:
        array = getattr(batch, each).copy()
        width = 1 if array.shape[1] == batch.groups and each not in ("x", "d") else n
        array[:, :width] *= 2  # exact, so that m stays the mean of x
        setattr(changed, each, array)
    after = getattr(side, name)(*changed.arguments(name))
    width = 1 if before.shape[0] == 1 and before.shape[1] == batch.groups else n
    rest = before.shape == after.shape and np.array_equal(before[:, width:], after[:, width:])
    expect(
        rest and not np.array_equal(before[:, :width], after[:, :width]),
        f"{name}: what one channel holds changes another channel, or nothing at all",
        hint="Column j belongs to channel j / n, and to no other.",
    )
