"""Mistakes in the variance of a channel."""

from __future__ import annotations

from grader.core.misconception import Edit, Misconception
from mistakes.places import DIVIDED, LOOP, MEAN, NOT_RESET, SOLUTION, VARIANCE, WITH_IT, both

MISTAKES = (
    Misconception(
        id="variance-by-columns",
        title="the sum of squares is divided by the number of columns",
        equation=VARIANCE,
        hint="How many elements of one channel does the whole batch hold?",
        costs=("variance", "precision", *WITH_IT),
        edits=both(
            "variance", (DIVIDED, "sum / x.cols"), (MEAN, ".sum(axis=(0, 2))[None] / x.shape[1]")
        ),
    ),
    Misconception(
        id="variance-by-rows",
        title="the sum of squares is divided by the number of examples alone",
        equation=VARIANCE,
        hint="An example holds n elements of a channel, not one.",
        costs=("variance", "precision", *WITH_IT),
        edits=both(
            "variance", (DIVIDED, "sum / x.rows"), (MEAN, ".sum(axis=(0, 2))[None] / len(x)")
        ),
    ),
    Misconception(
        id="variance-unbiased",
        title="the variance is divided by one less than the number of elements",
        equation=VARIANCE,
        hint="Is this the variance of the batch, or an estimate of another one?",
        costs=("variance", *WITH_IT),
        edits=both(
            "variance",
            (DIVIDED, "sum / ((double)x.rows * n - 1)"),
            (MEAN, ".sum(axis=(0, 2))[None] / (distance[:, 0].size - 1)"),
        ),
    ),
    Misconception(
        id="variance-root-taken",
        title="variance gives the standard deviation",
        equation=VARIANCE,
        hint="The root comes later, in normalize.",
        costs=("variance", "precision", *WITH_IT),
        edits=both(
            "variance",
            (f"(float)({DIVIDED})", f"(float)sqrt({DIVIDED})"),
            (f"(distance**2){MEAN}", f"np.sqrt((distance**2){MEAN})"),
        ),
    ),
    Misconception(
        id="variance-not-reset",
        title="the sum goes on from one channel to the next",
        equation=VARIANCE,
        hint="What does the sum hold when the second channel begins?",
        costs=("variance", *WITH_IT),
        edits=both(
            "variance",
            (LOOP, NOT_RESET),
            (MEAN, ".mean(axis=(0, 2)).cumsum()[None]"),
        ),
    ),
    Misconception(
        id="variance-not-squared",
        title="distances from the mean are taken as they are, not squared",
        equation=VARIANCE,
        hint="Compare the units: what are those of a variance?",
        costs=("variance", "precision", *WITH_IT),
        edits=both(
            "variance",
            ("distance * distance", "fabs(distance)"),
            ("(distance**2)", "np.abs(distance)"),
        ),
    ),
    Misconception(
        id="variance-first-channel",
        title="only the first channel gets a variance",
        equation=VARIANCE,
        hint="How often does the outer loop run?",
        costs=("variance", *WITH_IT),
        edits=both(
            "variance",
            ("g < groups", "g < 1"),
            (MEAN, f"{MEAN} * (np.arange(groups) < 1)"),
        ),
    ),
    Misconception(
        id="variance-integer-division",
        title="one integer is divided by another, which drops what stands behind the point",
        equation=VARIANCE,
        hint="What is 7 / 2 in C, and what is (float)(7 / 2)?",
        costs=("variance", "precision", *WITH_IT),
        edits=both(
            "variance",
            (DIVIDED, "(int)sum / (x.rows * n)"),
            (
                f"v: Array = (distance**2){MEAN}",
                "v = np.trunc((distance**2).sum(axis=(0, 2)))[None] // distance[:, 0].size",
            ),
        ),
    ),
    Misconception(
        id="variance-first-example",
        title="only the first example is looked at, once for every example",
        equation=VARIANCE,
        hint="Where in the matrix does row i begin?",
        costs=("variance", "precision", *WITH_IT),
        edits=both(
            "variance",
            ("x.data[i * x.cols + j]", "x.data[j]"),
            ("_channels(x, groups)", "_channels(x[:1].repeat(len(x), axis=0), groups)"),
        ),
    ),
    Misconception(
        id="variance-interleaved",
        title="the elements of a channel are taken to lie `groups` columns apart",
        equation=VARIANCE,
        hint="A channel's elements lie one after the other: column j belongs to channel j / n.",
        costs=("variance", *WITH_IT),
        edits=both(
            "variance",
            ("x.data[i * x.cols + j] - m", "x.data[i * x.cols + (j - g * n) * groups + g] - m"),
            (
                "_channels(x, groups) - ",
                "np.asarray(x, np.float64).reshape(len(x), -1, groups).swapaxes(1, 2) - ",
            ),
        ),
    ),
    Misconception(
        id="variance-groups-is-n",
        title="the number of channels is taken for the number of elements in a channel",
        equation=VARIANCE,
        hint="groups counts channels; how many columns does each of them have?",
        costs=("variance", "precision", *WITH_IT),
        # It leads behind the end, and nobody knows what comes of it: no numbers tell.
        edits=(Edit(SOLUTION, "int n = x.cols / groups;", "int n = groups;", "variance"),),
    ),
)
