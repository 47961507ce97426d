"""Mistakes in how numbers and memory are used."""

from __future__ import annotations

from grader.core.misconception import Edit, Misconception
from mistakes.places import MEAN, SOLUTION, SUM, SUM_IN_FLOAT, both

MISTAKES = (
    Misconception(
        id="float-sums",
        title="sums are kept in a float, which loses what is small beside them",
        equation="a float has 24 binary digits: 16777216.0f + 1 is 16777216.0f",
        hint="How many digits does a float have, and how large does the sum become?",
        costs=("precision",),
        edits=tuple(
            edit
            for function, summed, in_float in (
                ("variance", MEAN, f"{SUM_IN_FLOAT} / distance[:, 0].size"),
                ("delta_mean", SUM, SUM_IN_FLOAT),
                ("delta_variance", SUM, SUM_IN_FLOAT),
            )
            for edit in both(function, ("double sum = 0;", "float sum = 0;"), (summed, in_float))
        ),
    ),
    Misconception(
        id="reads-behind-the-end",
        title="one element more is read than there is",
        equation="a matrix has rows * cols elements, the last of which is number rows * cols - 1",
        hint="Which is the last value that the loop's variable takes?",
        costs=("memory",),
        edits=(
            Edit(
                SOLUTION,
                "        dm.data[g] =",
                "        volatile float next = d.data[d.rows * d.cols];\n"
                "        (void)next;\n        dm.data[g] =",
                "delta_mean",
            ),
        ),
    ),
)
