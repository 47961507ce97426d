"""The forward pass: values, and scores that are hard for a computer.

A check's docstring is the sentence that students read; so are the hints. Keep inputs and expected
values out of both.
"""

import numpy as np
import pytest

from grader.numeric.compare import expect_close

# N and D differ, so that rows and columns cannot be taken for each other; one row is a case too.
SIZES = [(4, 7), (6, 3), (1, 5)]


@pytest.mark.criterion("forward")
@pytest.mark.parametrize(("n", "d"), SIZES)
def test_values(student, reference, rng, n, d):
    """Every entry of the result is right."""
    x = 3.0 * rng.standard_normal((n, d))
    out, _ = student.log_softmax_forward(x)
    expected, _ = reference.log_softmax_forward(x)
    hint = "The probabilities np.exp(out) of each row add up to 1."
    expect_close("out", out, expected, tolerance=1e-10, hint=hint)


@pytest.mark.criterion("stable")
def test_rows_of_large_scores(student, reference, rng):
    """Rows of very large and of very small scores give finite results, side by side."""
    levels = np.array([[0.0], [2000.0], [-2000.0]])
    x = levels + rng.standard_normal((3, 5))
    out, _ = student.log_softmax_forward(x)
    expected, _ = reference.log_softmax_forward(x)
    expect_close("out", out, expected, tolerance=1e-10, hint="np.exp(1000.0) is infinite.")


@pytest.mark.criterion("stable")
def test_scores_far_apart(student, reference, rng):
    """A score far below the largest of its row gives a large negative number, not -inf."""
    x = rng.standard_normal((4, 6))
    x[:, 2] -= 2000.0
    out, _ = student.log_softmax_forward(x)
    expected, _ = reference.log_softmax_forward(x)
    expect_close("out", out, expected, tolerance=1e-10, hint="np.exp(-1000.0) is 0.")
