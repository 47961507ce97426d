"""Whatever dtype and whatever size a result has, it passes, or it is a Mismatch."""

import numpy as np
import pytest

from grader.numeric.compare import Mismatch, expect_close

INTEGERS = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]
FLOATS = ["f2", "f4", "f8"]


def assert_refused(actual, expected, **more):
    with pytest.raises(Mismatch) as caught:
        expect_close("out", actual, expected, **more)
    assert caught.value.difference.what == "out differs from the expected values"


@pytest.mark.parametrize("dtype", ["?", *INTEGERS, *FLOATS])
@pytest.mark.parametrize("against", ["?", "i8", "f8"])
def test_equal_values_pass_in_any_dtype(dtype, against):
    values = [1, 0, 1]
    expect_close("out", np.array(values, dtype), np.array(values, against))


@pytest.mark.parametrize("dtype", ["?", *INTEGERS, *FLOATS])
@pytest.mark.parametrize("against", ["?", "i8", "f8"])
def test_different_values_fail_in_any_dtype(dtype, against):
    assert_refused(np.array([1, 0, 0], dtype), np.array([1, 0, 1], against))


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("expected", [[0], [0, 1], [1, 0, 1]], ids=str)
def test_extreme_integers_do_not_wrap_around(dtype, expected):
    limits = np.iinfo(dtype)
    for extreme in {limits.min, limits.max} - {0}:
        expected_array = np.array(expected, dtype)
        actual = expected_array.copy()
        actual[expected.index(0)] = extreme
        with np.errstate(all="ignore"):
            assert_refused(actual, expected_array)


@pytest.mark.parametrize("dtype", ["u1", "u8"])
def test_a_difference_of_unsigned_integers_is_not_larger_than_it_is(dtype):
    with pytest.raises(Mismatch) as caught:
        expect_close("out", np.array([1, 200], dtype), np.array([2, 200], dtype))
    assert caught.value.difference.error == pytest.approx(0.005)


def test_float32_of_float64_values_is_close_but_not_exact():
    expected = np.array([1.1, 2.2, -3.3])
    actual = expected.astype(np.float32)
    expect_close("out", actual, expected, tolerance=1e-6)
    assert_refused(actual, expected, tolerance=1e-12)


def test_float32_against_float32():
    expected = np.array([1.1, 2.2], np.float32)
    expect_close("out", expected.copy(), expected)
    assert_refused(expected * np.float32(1.001), expected)


def test_float16_against_float64():
    expect_close("out", np.array([0.5, 2.0], np.float16), np.array([0.5, 2.0]))
    assert_refused(np.array([0.5, 2.002], np.float16), np.array([0.5, 2.0]))


@pytest.mark.parametrize("shape", [(2,), (1, 2)])
@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ([1e308, -1e308], [-1e308, 1e308]),
        ([1e308, 1.0], [1e-5, 1e-5]),
        ([100.0, 0.0], [0.0, 0.0]),
        ([1e-5, 1e-5], [1e308, 1e308]),
    ],
    ids=str,
)
def test_huge_and_tiny_results_are_a_mismatch(actual, expected, shape):
    # A warning would be an error here, and a diverging loop of a student is no error of ours.
    assert_refused(np.array(actual).reshape(shape), np.array(expected).reshape(shape))


def test_results_beyond_float32_are_a_mismatch():
    assert_refused(np.array([3e38, 1], np.float32), np.array([-3e38, 1], np.float32))


@pytest.mark.parametrize("order", ["C", "F"])
def test_layout_in_memory_does_not_count(order):
    expected = np.arange(12.0).reshape(3, 4)
    expect_close("out", np.array(expected, order=order), expected)
    expect_close("out", np.ascontiguousarray(expected.T).T[::1], expected)
    wide = np.zeros((3, 8))
    wide[:, ::2] = expected
    expect_close("out", wide[:, ::2], expected)


def test_read_only_arrays_are_compared():
    expected = np.arange(3.0)
    actual = expected.copy()
    actual.setflags(write=False)
    expect_close("out", actual, expected)
