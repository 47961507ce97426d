"""Mistakes in normalising a channel."""

from __future__ import annotations

from grader.core.misconception import Edit, Misconception
from mistakes.places import NORMALIZE, SOLUTION, WITH_IT, both

MISTAKES = (
    Misconception(
        id="normalize-no-root",
        title="normalize divides by the variance, not by its root",
        equation=NORMALIZE,
        hint="What is the variance of the result?",
        costs=("normalize", *WITH_IT),
        edits=both(
            "normalize",
            ("sqrtf(v.data[g] + EPS)", "(v.data[g] + EPS)"),
            ("np.sqrt(_each(v) + EPS)", "(_each(v) + EPS)"),
        ),
    ),
    Misconception(
        id="normalize-root-twice",
        title="the root is taken twice",
        equation=NORMALIZE,
        hint="What is the variance of the result?",
        costs=("normalize", *WITH_IT),
        edits=both(
            "normalize",
            ("sqrtf(v.data[g] + EPS)", "sqrtf(sqrtf(v.data[g] + EPS))"),
            ("np.sqrt(_each(v) + EPS)", "np.sqrt(np.sqrt(_each(v) + EPS))"),
        ),
    ),
    Misconception(
        id="normalize-eps-outside",
        title="eps is added to the root, not under it",
        equation=NORMALIZE,
        hint="What is added to what, before the root is taken?",
        costs=("normalize",),
        edits=both(
            "normalize",
            ("sqrtf(v.data[g] + EPS)", "(sqrtf(v.data[g]) + EPS)"),
            ("np.sqrt(_each(v) + EPS)", "(np.sqrt(_each(v)) + EPS)"),
        ),
    ),
    Misconception(
        id="normalize-no-eps",
        title="normalize divides by the root of the variance alone",
        equation=NORMALIZE,
        hint="What happens to a channel that does not vary at all?",
        costs=("normalize",),
        edits=both(
            "normalize",
            ("sqrtf(v.data[g] + EPS)", "sqrtf(v.data[g])"),
            ("np.sqrt(_each(v) + EPS)", "np.sqrt(_each(v))"),
        ),
    ),
    Misconception(
        id="normalize-not-centred",
        title="the mean is not taken off",
        equation=NORMALIZE,
        hint="What is the mean of the result?",
        costs=("normalize", *WITH_IT),
        edits=both(
            "normalize",
            ("(x.data[i * x.cols + j] - m.data[g])", "x.data[i * x.cols + j]"),
            ("(_channels(x, groups) - _each(m))", "_channels(x, groups)"),
        ),
    ),
    Misconception(
        id="normalize-in-place",
        title="normalize writes its result over its input",
        equation=NORMALIZE,
        hint="Who else needs the elements of x, after this function has returned?",
        costs=("together",),
        edits=(Edit(SOLUTION, "make_matrix(x.rows, x.cols)", "x", "normalize"),),
    ),
    Misconception(
        id="normalize-first-channel",
        title="every channel is normalised by the statistics of the first one",
        equation=NORMALIZE,
        hint="Which column of m and v belongs to column j of x?",
        costs=("normalize", *WITH_IT),
        edits=both(
            "normalize",
            ("int g = j / n;", "int g = j / x.cols;"),
            (
                "y: Array = (_channels(x, groups) - _each(m)) / np.sqrt(_each(v) + EPS)",
                "y = (_channels(x, groups) - m[0, 0]) / np.sqrt(float(v[0, 0]) + EPS)",
            ),
        ),
    ),
)
