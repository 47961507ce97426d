"""Shape and dtype come first and exactly; what is not a number fails by name."""

import numpy as np
import pytest

from grader.numeric.compare import (
    Mismatch,
    expect,
    expect_close,
    expect_dtype,
    expect_finite,
    expect_shape,
)


def difference(call, *arguments, **more):
    with pytest.raises(Mismatch) as caught:
        call(*arguments, **more)
    return caught.value.difference


@pytest.mark.parametrize("shape", [(), (0,), (3,), (4, 5), (2, 0, 3), (1, 1)])
def test_equal_shapes_pass(shape):
    expect_shape("out", np.zeros(shape), shape)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [((5,), (5, 1)), ((5, 1), (5,)), ((1, 5), (5,)), ((1,), ()), ((1, 1), ()), ((3, 1, 2), (3, 2))],
)
def test_axes_of_length_1_are_named(actual, expected):
    found = difference(expect_shape, "dgamma", np.zeros(actual), expected)
    assert found.what == "dgamma has the wrong shape"
    assert found.expected == f"shape {expected}"
    assert found.actual == f"shape {actual}"
    assert "axes of length 1" in found.hint


@pytest.mark.parametrize(
    ("actual", "expected"),
    [((5,), (4,)), ((4, 5), (5, 4)), ((20,), (4, 5)), ((0,), (1,)), ((), (0,))],
)
def test_other_shapes_get_no_such_hint(actual, expected):
    assert difference(expect_shape, "out", np.zeros(actual), expected).hint == ""


def test_hint_of_the_check_comes_first():
    found = difference(expect_shape, "db", np.zeros((5, 1)), (5,), hint="Sum over the batch.")
    assert found.hint == "Sum over the batch."


@pytest.mark.parametrize(
    ("actual", "expected"),
    [((1,), (5,)), ((5,), (5, 1)), ((5,), (1, 5)), ((4, 1), (4, 5)), ((), (5,)), ((5,), ())],
)
def test_values_are_never_broadcast(actual, expected):
    found = difference(expect_close, "out", np.ones(actual), np.ones(expected))
    assert found.what == "out has the wrong shape"


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.bool_])
def test_equal_dtypes_pass(dtype):
    expect_dtype("out", np.zeros(3, dtype), dtype)


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        (np.float32, np.float64, ("float64", "float32")),
        (np.float64, np.float32, ("float32", "float64")),
        (np.int64, np.float64, ("float64", "int64")),
        (np.uint8, np.int8, ("int8", "uint8")),
        (np.bool_, np.float64, ("float64", "bool")),
    ],
)
def test_dtypes_are_named(actual, expected, words):
    found = difference(expect_dtype, "out", np.zeros(3, actual), expected, hint="No cast.")
    assert found.what == "out has the wrong dtype"
    assert (found.expected, found.actual) == words
    assert found.hint == "No cast."


@pytest.mark.parametrize(
    "array",
    [
        np.array([1 + 2j]),
        np.array([1.0, None]),
        np.array([10**30]),
        np.array(["1.0"]),
        np.array([b"1.0"]),
        np.array(["2020-01-01"], "M8[D]"),
        np.array([1], "m8[s]"),
        np.array([(1.0, 2.0)], [("a", "f8"), ("b", "f8")]),
    ],
    ids=lambda array: array.dtype.name,
)
def test_what_is_not_numeric_is_refused(array):
    compared = difference(expect_close, "out", array, np.ones(array.shape))
    assert compared.what == "out is not numeric"
    assert compared.actual == array.dtype.name
    assert difference(expect_finite, "out", array) == compared


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (2, 3)])
@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i8", "u1", "?"])
def test_finite_numbers_pass(shape, dtype):
    expect_finite("out", np.ones(shape, dtype))


@pytest.mark.parametrize(
    ("array", "what", "count", "where"),
    [
        (np.array([1.0, np.nan]), "NaN", "1 of 2", "(1,)"),
        (np.array([np.inf, 1.0]), "Inf", "1 of 2", "(0,)"),
        (np.array([1.0, -np.inf]), "Inf", "1 of 2", "(1,)"),
        (np.array([[1.0, np.inf], [np.nan, 0.0]]), "NaN", "2 of 4", "(0, 1)"),
        (np.array(np.nan), "NaN", "1 of 1", "()"),
        (np.full((2, 3), np.nan, "f4"), "NaN", "6 of 6", "(0, 0)"),
        (np.array([np.inf], "f2"), "Inf", "1 of 1", "(0,)"),
    ],
)
def test_nan_and_inf_are_named_counted_and_placed(array, what, count, where):
    found = difference(expect_finite, "out", array)
    assert found.what == f"out contains {what}"
    assert found.actual.startswith(count)
    assert found.where == f"first at index {where}"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("tolerance", [1e-8, 1.0, 1e300, np.inf])
def test_nan_and_inf_fail_under_any_tolerance(bad, tolerance):
    actual = np.array([1.0, bad])
    found = difference(expect_close, "out", actual, np.ones(2), tolerance=tolerance)
    assert found.what.startswith("out contains")


def test_shape_is_named_before_nan():
    found = difference(expect_close, "out", np.array([np.nan, 1.0]), np.ones(3))
    assert found.what == "out has the wrong shape"


@pytest.mark.parametrize("true", [True, np.True_, np.bool_(1)])
def test_expect_passes_what_is_true(true):
    expect(true, "never said")


@pytest.mark.parametrize("false", [False, np.False_])
def test_expect_carries_its_words(false):
    words = {"expected": "ValueError", "actual": "nothing", "where": "mode", "hint": "Raise it."}
    found = difference(expect, false, "an unknown mode is accepted", **words)
    assert found.what == "an unknown mode is accepted"
    assert {key: getattr(found, key) for key in words} == words


def test_a_mismatch_is_an_assertion_with_the_same_words():
    with pytest.raises(AssertionError, match="an unknown mode is accepted"):
        expect(False, "an unknown mode is accepted")
