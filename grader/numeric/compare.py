"""Compare arrays the way a fair grader must.

Shape and dtype come first and exactly, NaN and Inf fail by name, and the tolerance scales with
the reference array as a whole: entries that are zero up to rounding are noise, not errors.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# The floor of the field's relative error, as the course notebooks have it.
_RELATIVE_FLOOR = 1e-8
_PICTURE_SIDE = 48


@dataclass(frozen=True)
class Difference:
    """How a result differs: public words, the size of the error, and what staff alone may see.

    `image` holds |actual - expected| relative to the scale of the expected array, 2-D and small;
    `curves` are named lines to draw. Neither may give a hidden value away.
    """

    what: str
    expected: str = ""
    actual: str = ""
    where: str = ""
    hint: str = ""
    error: float | None = None
    image: list[list[float | None]] | None = None
    curves: dict[str, list[float]] | None = None
    secret: dict[str, str] = field(default_factory=dict)


class Mismatch(AssertionError):  # noqa: N818 - it is a finding about the student, not our error
    """A result is not what it should be; earns nothing."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference.what)
        self.difference = difference


class PartialCredit(Mismatch):
    """A result is close; earns `fraction` (between 0 and 1)."""

    def __init__(self, difference: Difference, fraction: float) -> None:
        super().__init__(difference)
        self.fraction = fraction


@dataclass(frozen=True)
class Measurement:
    """A scaled error that was compared, and the bound up to which it earns everything."""

    error: float
    bound: float


_measured: ContextVar[list[Measurement] | None] = ContextVar("measured", default=None)


@contextlib.contextmanager
def measuring() -> Iterator[list[Measurement]]:
    """Collect what is compared meanwhile, in order; a comparison that fails is the last."""
    found: list[Measurement] = []
    token = _measured.set(found)
    try:
        yield found
    finally:
        _measured.reset(token)


def relative_error(actual: Array, expected: Array) -> float:
    """Return the field's error, max |x-y| / max(1e-8, |x|+|y|); shapes must be equal."""
    if expected.size == 0:
        return 0.0
    with np.errstate(all="ignore"):
        size = np.abs(_wide(actual)) + np.abs(_wide(expected))
        return float(np.max(_gap(actual, expected) / np.maximum(_RELATIVE_FLOOR, size)))


def scaled_error(actual: Array, expected: Array, scale: float | None = None) -> float:
    """Return max |actual - expected| / scale; the scale is max |expected| unless given.

    NaN anywhere gives NaN, which is never below a tolerance.
    """
    if expected.size == 0:
        return 0.0
    with np.errstate(all="ignore"):
        return float(np.max(_gap(actual, expected)) / _scale(expected, scale))


def _wide(array: Array) -> Array:
    """Return the values as float64: integers would wrap around, small floats overflow."""
    return np.asarray(array, np.float64)


def _gap(actual: Array, expected: Array) -> Array:
    with np.errstate(all="ignore"):
        gap: Array = np.abs(_wide(actual) - _wide(expected))
    return gap


def _scale(expected: Array, scale: float | None) -> float:
    """Return what an error is measured by, above 0 or NaN."""
    measure = float(np.max(np.abs(_wide(expected)))) if scale is None else float(scale)
    return float(np.maximum(measure, np.finfo(float).tiny))


def _index(position: int, shape: tuple[int, ...]) -> str:
    return str(tuple(int(i) for i in np.unravel_index(position, shape)))


def expect_shape(name: str, actual: Array, shape: tuple[int, ...], hint: str = "") -> None:
    """Raise Mismatch unless `actual` has exactly this shape."""
    if actual.shape == shape:
        return
    squeezed = tuple(n for n in actual.shape if n != 1) == tuple(n for n in shape if n != 1)
    advice = (
        "The axes of length 1 differ: look for keepdims or reshape."
        if squeezed and not hint
        else hint
    )
    raise Mismatch(
        Difference(
            what=f"{name} has the wrong shape",
            expected=f"shape {shape}",
            actual=f"shape {actual.shape}",
            hint=advice.strip(),
        )
    )


def expect_dtype(name: str, actual: Array, dtype: type[np.generic], hint: str = "") -> None:
    """Raise Mismatch unless `actual` has exactly this dtype."""
    if actual.dtype != np.dtype(dtype):
        raise Mismatch(
            Difference(
                what=f"{name} has the wrong dtype",
                expected=np.dtype(dtype).name,
                actual=actual.dtype.name,
                hint=hint,
            )
        )


def expect_finite(name: str, actual: Array, hint: str = "") -> None:
    """Raise Mismatch where `actual` is not a number, or not a finite one."""
    if actual.dtype.kind not in "fiub":
        raise Mismatch(Difference(f"{name} is not numeric", "numbers", actual.dtype.name))
    bad = ~np.isfinite(actual)
    if bad.any():
        kind = "NaN" if np.isnan(actual).any() else "Inf"
        raise Mismatch(
            Difference(
                what=f"{name} contains {kind}",
                expected="finite numbers",
                actual=f"{int(bad.sum())} of {actual.size} entries are NaN or Inf",
                where=f"first at index {_index(int(np.argmax(bad)), actual.shape)}",
                hint=hint,
            )
        )


def _image(actual: Array, expected: Array, scale: float) -> list[list[float | None]] | None:
    """Return errors to one digit; each entry of a thinned picture shows the worst it stands for.

    One digit and no sign: who hands in zeros must not read the expected values off the picture.
    """
    if actual.ndim != 2 or actual.size <= 1:
        return None
    with np.errstate(all="ignore"):
        errors = _gap(actual, expected) / scale
    for axis, length in enumerate(errors.shape):
        starts = np.arange(0, length, -(-length // _PICTURE_SIDE))
        errors = np.maximum.reduceat(errors, starts, axis=axis)
    return [[float(f"{value:.0e}") for value in row] for row in errors]


def _difference(name: str, actual: Array, expected: Array, error: float, hint: str) -> Difference:
    worst = int(np.argmax(_gap(actual, expected)))
    relative = relative_error(actual, expected)
    return Difference(
        what=f"{name} differs from the expected values",
        actual=f"an error of {error:.2g} of its largest entry (relative error {relative:.2g})",
        where=f"largest at index {_index(worst, actual.shape)} of shape {actual.shape}",
        hint=hint,
        error=error,
        image=_image(actual, expected, _scale(expected, None)),
        secret={
            "expected value": f"{expected.flat[worst]!r}",
            "actual value": f"{actual.flat[worst]!r}",
        },
    )


def expect_close(  # noqa: PLR0913 - the words belong beside the numbers
    name: str,
    actual: Array,
    expected: Array,
    *,
    tolerance: float = 1e-8,
    scale: float | None = None,
    hint: str = "",
) -> None:
    """Raise Mismatch unless `actual` equals `expected` in shape and, to `tolerance`, in value.

    The tolerance is relative to `scale`, by default the largest absolute expected value.
    """
    expect_bands(name, actual, expected, [(tolerance, 1.0)], scale=scale, hint=hint)


def expect_bands(  # noqa: PLR0913 - the words belong beside the numbers
    name: str,
    actual: Array,
    expected: Array,
    bands: Sequence[tuple[float, float]],
    *,
    scale: float | None = None,
    hint: str = "",
) -> None:
    """Judge by bands of scaled error: `[(1e-7, 1.0), (1e-5, 0.75), …]`, ascending.

    Returns when the error lies in a band worth 1; raises PartialCredit in one worth less,
    Mismatch beyond the last, and ValueError for expected values that are not finite.
    """
    expect_shape(name, actual, expected.shape)
    expect_finite(name, actual)
    if not np.isfinite(expected).all():
        raise ValueError(f"the expected values of {name} are not finite: our mistake")
    error = scaled_error(actual, expected, scale)
    found = _measured.get()
    if found is not None:
        found.append(Measurement(error, bands[0][0]))
    for bound, fraction in bands:
        if error <= bound:
            if fraction >= 1.0:
                return
            difference = _difference(name, actual, expected, error, hint)
            raise PartialCredit(_with_bound(difference, bands[0][0]), fraction)
    raise Mismatch(_with_bound(_difference(name, actual, expected, error, hint), bands[0][0]))


def _with_bound(difference: Difference, bound: float) -> Difference:
    return Difference(
        **{**vars(difference), "expected": f"an error of at most {bound:.0e} of its largest entry"}
    )


def expect(condition: bool | np.bool_, what: str, **words: Any) -> None:  # noqa: FBT001 - an assertion
    """Raise Mismatch with `what` (and expected, actual, where, hint) unless `condition` is true."""
    if not condition:
        raise Mismatch(Difference(what=what, **words))
