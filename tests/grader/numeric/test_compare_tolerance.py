"""How far off a result is: relative to its whole array, in bands, and never by NaN arithmetic."""

import math

import numpy as np
import pytest

from grader.numeric.compare import (
    Mismatch,
    PartialCredit,
    expect_bands,
    expect_close,
    relative_error,
    scaled_error,
)

# Powers of two: sums and quotients with 1 are exact, so boundaries can be hit.
NARROW, MIDDLE, WIDE = 2.0**-30, 2.0**-20, 2.0**-10
BANDS = [(NARROW, 1.0), (MIDDLE, 0.75), (WIDE, 0.4)]


def off_by(error, expected=(1.0, -0.5, 0.25)):
    expected = np.array(expected)
    return expected + np.array([error, 0.0, 0.0]), expected


def noise(*shape):
    """Draw what is left of a sum that cancels: numbers around 1e-17."""
    return 1e-17 * np.random.default_rng(0).standard_normal(shape)


def test_relative_error_is_that_of_the_course():
    actual, expected = np.array([1.0, 3.0]), np.array([1.0, 1.0])
    assert relative_error(actual, expected) == 0.5
    assert relative_error(np.array([1e-9]), np.array([0.0])) == pytest.approx(0.1)


def test_scaled_error_is_relative_to_the_largest_expected_entry():
    actual, expected = np.array([10.0, 0.5]), np.array([-10.0, 0.25])
    assert scaled_error(actual, expected) == 2.0
    assert scaled_error(np.array([10.0, 0.5]), np.array([10.0, 0.0])) == 0.05
    assert scaled_error(np.array([1.5]), np.array([1.0]), scale=100.0) == 0.005


@pytest.mark.parametrize("error", [relative_error, scaled_error])
def test_empty_arrays_do_not_differ(error):
    assert error(np.zeros((0, 3)), np.zeros((0, 3))) == 0.0


@pytest.mark.parametrize("position", ["actual", "expected"])
def test_an_error_with_nan_is_nan(position):
    arrays = {"actual": np.array([1.0, 2.0]), "expected": np.array([1.0, 2.0])}
    arrays[position][1] = np.nan
    assert math.isnan(scaled_error(**arrays))


def test_noise_beside_real_gradients_passes():
    # Entry by entry the relative error is 1, and neither is wrong.
    actual, expected = np.array([1e9, 3e-8]), np.array([1e9, -2e-8])
    assert relative_error(actual, expected) > 0.9
    expect_close("db", actual, expected)


def test_a_bias_before_batch_norm_has_a_gradient_of_rounding_noise():
    # Its true gradient is 0, so both sides are noise; the gradient of the weights is the scale.
    expected, actual = noise(5), -noise(5)
    expect_close("db", actual, expected, scale=1.0)
    with pytest.raises(Mismatch):
        expect_close("db", actual + 1e-6, expected, scale=1.0)


def test_where_zero_is_expected_nothing_else_passes():
    expect_close("dx", np.zeros(3), np.zeros(3))
    with pytest.raises(Mismatch):
        expect_close("dx", np.array([0.0, 1e-12, 0.0]), np.zeros(3))


@pytest.mark.parametrize("error", [0.0, NARROW / 2, NARROW])
@pytest.mark.parametrize("sign", [1, -1])
def test_full_credit_up_to_the_first_bound(error, sign):
    expect_bands("dx", *off_by(sign * error), BANDS)


@pytest.mark.parametrize(
    ("error", "fraction"),
    [(2 * NARROW, 0.75), (MIDDLE, 0.75), (MIDDLE * 1.001, 0.4), (WIDE, 0.4)],
)
def test_partial_credit_up_to_the_last_bound(error, fraction):
    with pytest.raises(PartialCredit) as caught:
        expect_bands("dx", *off_by(error), BANDS)
    assert caught.value.fraction == fraction
    assert caught.value.difference.error == pytest.approx(error)


@pytest.mark.parametrize("error", [WIDE * 1.001, 1.0, 1e12])
def test_nothing_beyond(error):
    with pytest.raises(Mismatch) as caught:
        expect_bands("dx", *off_by(error), BANDS)
    assert not isinstance(caught.value, PartialCredit)
    assert caught.value.difference.error == pytest.approx(error)


def test_words_state_the_bound_of_full_credit():
    with pytest.raises(PartialCredit) as caught:
        expect_bands("dx", *off_by(5e-6), [(1e-7, 1.0), (1e-5, 0.75)], hint="Look at the paths.")
    found = caught.value.difference
    assert found.what == "dx differs from the expected values"
    assert found.expected == "an error of at most 1e-07 of its largest entry"
    assert found.actual.startswith("an error of 5e-06 of its largest entry")
    assert found.where == "largest at index (0,) of shape (3,)"
    assert found.hint == "Look at the paths."


@pytest.mark.parametrize("scale", [1e-200, 1e-12, 1.0, 1e12, 1e200])
def test_judgement_does_not_depend_on_the_unit(scale):
    actual, expected = off_by(MIDDLE)
    with pytest.raises(PartialCredit) as caught:
        expect_bands("dx", scale * actual, scale * expected, BANDS)
    assert caught.value.fraction in {0.75, 0.4}
    expect_close("dx", scale * actual, scale * expected, tolerance=2 * MIDDLE)


def test_worst_entry_is_found_in_any_shape():
    expected = np.ones((3, 4, 2))
    actual = expected.copy()
    actual[2, 1, 0] = -1.0
    actual[0, 0, 0] = 1.5
    with pytest.raises(Mismatch) as caught:
        expect_close("out", actual, expected)
    assert caught.value.difference.where == "largest at index (2, 1, 0) of shape (3, 4, 2)"


def test_numbers_without_axes_are_compared():
    expect_close("loss", np.array(2.5), np.array(2.5))
    with pytest.raises(Mismatch) as caught:
        expect_close("loss", np.array(2.0), np.array(2.5))
    assert caught.value.difference.where == "largest at index () of shape ()"


def test_empty_results_pass_when_empty_is_expected():
    expect_close("out", np.zeros((0, 3)), np.zeros((0, 3)))


@pytest.mark.parametrize("bounds", [[(1e-8, 1.0)], [(1e-8, 1.0), (1e300, 0.5)]], ids=len)
def test_an_error_that_is_nan_earns_nothing(bounds):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - it is not a pass, whatever it is
        expect_bands("out", np.ones(2), np.ones(2), bounds, scale=np.nan)
    assert not isinstance(caught.value, PartialCredit)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_an_expected_value_that_is_no_number_is_our_mistake(bad):
    # A Mismatch would cost the student points; anything else withholds the score.
    expected = np.array([1.0, bad])
    with np.errstate(all="ignore"), pytest.raises(Exception) as caught:  # noqa: PT011 - any other kind
        expect_close("out", np.ones(2), expected, tolerance=1e6)
    assert not isinstance(caught.value, Mismatch)
