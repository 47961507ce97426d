"""Sums over a million elements: a float that adds up loses what is small beside it."""

import numpy as np
import pytest
from channels import completed

from grader.numeric.compare import expect_close

ROWS, COLUMNS = 128, 8192
HINT = "Adding up in a float loses digits: 10000000.0f + 0.4f is 10000000.0f. Add up in a double."
# A sum in float of what is drawn here is off by 1e-2 or more, one in double by 1e-6 or less.
BOUND = 1e-3


def long_batch(rng, reference):
    """Draw one channel of 2^20 elements, the first of which is large beside all others."""
    # Squared distances from 1 stay below 4, half of what a float near 1e8 can tell apart.
    x = 1.0 + rng.uniform(1.0, 1.8, (ROWS, COLUMNS)) * rng.choice([-1.0, 1.0], (ROWS, COLUMNS))
    d = rng.uniform(0.2, 0.5, x.shape)
    x[0, 0], d[0, 0] = 1e4, 1e7
    return completed(reference, x.astype(np.float32), d.astype(np.float32), 1)


@pytest.mark.criterion("precision")
def test_variance(student, reference, rng):
    """The variance of a million elements keeps its digits."""
    batch = long_batch(rng, reference)
    expected = reference.variance(batch.x, batch.m, 1)
    actual = student.variance(batch.x, batch.m, 1)
    expect_close("variance", actual, expected, tolerance=BOUND, hint=HINT)


@pytest.mark.criterion("precision")
def test_delta_mean(student, reference, rng):
    """The gradient of the mean of a million elements keeps its digits."""
    batch = long_batch(rng, reference)
    expected = reference.delta_mean(batch.d, batch.v, 1)
    expect_close(
        "delta_mean", student.delta_mean(batch.d, batch.v, 1), expected, tolerance=BOUND, hint=HINT
    )


@pytest.mark.criterion("precision")
def test_delta_variance(student, reference, rng):
    """The gradient of the variance of a million elements keeps its digits."""
    batch = long_batch(rng, reference)
    x = np.float32(rng.uniform(0.5, 1.0, batch.x.shape))
    x[0, 0] = 1.0  # the largest product stays 1e7, where floats are 1 apart
    m, v = np.zeros((1, 1), np.float32), np.ones((1, 1), np.float32)
    expected = reference.delta_variance(batch.d, x, m, v, 1)
    actual = student.delta_variance(batch.d, x, m, v, 1)
    expect_close("delta_variance", actual, expected, tolerance=BOUND, hint=HINT)
