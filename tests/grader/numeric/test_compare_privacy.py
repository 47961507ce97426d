"""Public words say how far off a result is; the values themselves are for staff alone."""

import re

import numpy as np
import pytest

from grader.numeric.compare import Mismatch, PartialCredit, expect_bands, expect_close

EXPECTED = np.array([[0.731294, -1.846371], [2.159873, 0.064857]])
ACTUAL = np.array([[0.731294, -1.846371], [1.379426, 0.064857]])
PUBLIC = ("what", "expected", "actual", "where", "hint")


def difference(actual, expected, **more):
    with pytest.raises(Mismatch) as caught:
        expect_close("out", actual, expected, **more)
    return caught.value.difference


def digits(values):
    """Return the first three digits of each value, as they would stand in any notation."""
    return {re.sub(r"\D", "", f"{abs(value):.2e}")[:3] for value in np.ravel(values)}


def public_digits(found):
    text = " ".join(getattr(found, name) for name in PUBLIC)
    return re.sub(r"[^\d ]", "", text)


@pytest.mark.parametrize("bands", [[(1e-8, 1.0)], [(1e-8, 1.0), (0.9, 0.5)]], ids=["fail", "part"])
def test_public_words_hold_no_value_of_either_array(bands):
    with pytest.raises(Mismatch) as caught:
        expect_bands("out", ACTUAL, EXPECTED, bands)
    assert isinstance(caught.value, PartialCredit) == (len(bands) == 2)
    said = public_digits(caught.value.difference)
    assert not [value for value in digits([ACTUAL, EXPECTED]) if value in said]
    assert not [value for value in digits([ACTUAL, EXPECTED]) if value in str(caught.value)]


def test_the_secret_holds_both_worst_values():
    secret = difference(ACTUAL, EXPECTED).secret
    assert "2.159873" in secret["expected value"]
    assert "1.379426" in secret["actual value"]


@pytest.mark.parametrize(
    "actual",
    [np.zeros((2, 3)), np.full((2, 2), np.nan), EXPECTED.astype(complex), EXPECTED.astype(object)],
    ids=["shape", "NaN", "complex", "object"],
)
def test_other_complaints_hold_no_value_either(actual):
    found = difference(actual, EXPECTED)
    assert not [value for value in digits(EXPECTED) if value in public_digits(found)]
    assert found.secret == {}
    assert found.image is None


def test_the_picture_shows_where_and_how_far():
    assert difference(ACTUAL, EXPECTED).image == [[0.0, 0.0], [0.4, 0.0]]


def test_zeros_do_not_turn_the_picture_into_the_expected_values():
    # |0 - expected| is the expected value; a student could hand in zeros to read it.
    image = np.array(difference(np.zeros((2, 2)), EXPECTED).image, dtype=float)
    hidden = np.abs(EXPECTED) / np.abs(EXPECTED).max()
    assert not np.allclose(image, hidden, rtol=0.01)


@pytest.mark.parametrize(
    ("shape", "limit"),
    [((2, 3), (2, 3)), ((48, 48), (48, 48)), ((49, 1), (48, 1)), ((5, 1000), (5, 48)),
     ((1000, 3072), (48, 48))],
)  # fmt: skip
def test_the_picture_stays_small(shape, limit):
    image = difference(np.ones(shape), np.full(shape, 2.0)).image
    rows, columns = len(image), {len(row) for row in image}
    assert rows <= limit[0]
    assert len(columns) == 1
    assert columns.pop() <= limit[1]
    assert rows >= min(shape[0], 24)


def test_a_small_picture_has_every_entry():
    image = difference(np.ones((3, 48)), np.full((3, 48), 2.0)).image
    assert np.array(image).shape == (3, 48)


def test_a_large_picture_still_shows_the_worst_entry():
    actual, expected = np.ones((97, 97)), np.ones((97, 97))
    actual[50, 50] = 2.0
    found = difference(actual, expected)
    assert found.where == "largest at index (50, 50) of shape (97, 97)"
    assert np.max(found.image) == pytest.approx(1.0)


@pytest.mark.parametrize("shape", [(), (4,), (1, 1), (2, 2, 2)])
def test_only_matrices_have_a_picture(shape):
    assert difference(np.ones(shape), np.full(shape, 2.0)).image is None


def test_picture_and_error_are_plain_python():
    found = difference(ACTUAL.astype(np.float32), EXPECTED)
    assert type(found.error) is float
    assert {type(value) for row in found.image for value in row} == {float}
