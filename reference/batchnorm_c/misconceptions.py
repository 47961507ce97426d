"""What students get wrong in batch_norm.c.

Each is a change to the solution and, where it is about numbers, to the truth, which names it in
reports. Equations are those of Ioffe and Szegedy 2015.
"""

from __future__ import annotations

from grader.core.misconception import Edit, Misconception

SOLUTION, TRUTH = "batch_norm.c", "batch_norm.py"
# What a wrong function costs besides its own criterion: a pass through it, and the proof that it
# keeps to its memory, which only a right result gives.
WITH_IT = ("together", "memory")
VARIANCE = "Algorithm 1, line 2: the mean of (x - mu)^2"
NORMALIZE = "Algorithm 1, line 3: (x - mu) / sqrt(sigma^2 + eps)"
DELTA_MEAN = "section 3: dl/dmu = sum of dl/dx_hat * -1 / sqrt(sigma^2 + eps)"
DELTA_VARIANCE = "section 3: dl/dsigma^2 = sum of dl/dx_hat (x - mu) * -1/2 (sigma^2 + eps)^(-3/2)"
DELTA_X = "section 3: dl/dx = dl/dx_hat / sqrt(...) + dl/dsigma^2 2 (x - mu) / m + dl/dmu / m"


def both(function: str, in_c: tuple[str, str], in_truth: tuple[str, str]) -> tuple[Edit, ...]:
    """Return the edits of a mistake in one function, in the solution and in the truth."""
    return (Edit(SOLUTION, *in_c, function), Edit(TRUTH, *in_truth, function))


_DIVIDED = "sum / ((double)x.rows * n)"
_MEAN = ".mean(axis=(0, 2))[None]"
_SUM = ".sum(axis=(0, 2))[None]"
# The same in the order of the matrix, each sum rounded to a float.
_SUM_IN_FLOAT = (
    ".transpose(1, 0, 2).reshape(groups, -1).astype(np.float32).cumsum(axis=1)[:, -1][None]"
)
_LOOP = "for (int g = 0; g < groups; ++g) {\n        double sum = 0;"
_NOT_RESET = "double sum = 0;\n    for (int g = 0; g < groups; ++g) {"

MISCONCEPTIONS = (
    Misconception(
        id="variance-by-columns",
        title="the sum of squares is divided by the number of columns",
        equation=VARIANCE,
        hint="How many elements of one channel does the whole batch hold?",
        costs=("variance", "precision", *WITH_IT),
        edits=both(
            "variance", (_DIVIDED, "sum / x.cols"), (_MEAN, ".sum(axis=(0, 2))[None] / x.shape[1]")
        ),
    ),
    Misconception(
        id="variance-by-rows",
        title="the sum of squares is divided by the number of examples alone",
        equation=VARIANCE,
        hint="An example holds n elements of a channel, not one.",
        costs=("variance", "precision", *WITH_IT),
        edits=both(
            "variance", (_DIVIDED, "sum / x.rows"), (_MEAN, ".sum(axis=(0, 2))[None] / len(x)")
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
            (_DIVIDED, "sum / ((double)x.rows * n - 1)"),
            (_MEAN, ".sum(axis=(0, 2))[None] / (distance[:, 0].size - 1)"),
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
            (f"(float)({_DIVIDED})", f"(float)sqrt({_DIVIDED})"),
            (f"(distance**2){_MEAN}", f"np.sqrt((distance**2){_MEAN})"),
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
            (_LOOP, _NOT_RESET),
            (_MEAN, ".mean(axis=(0, 2)).cumsum()[None]"),
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
            (_MEAN, f"{_MEAN} * (np.arange(groups) < 1)"),
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
            (_DIVIDED, "(int)sum / (x.rows * n)"),
            (
                f"v: Array = (distance**2){_MEAN}",
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
        may_cost=("memory",),
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
        may_cost=("memory",),
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
    Misconception(
        id="delta-mean-sign",
        title="delta_mean has the other sign",
        equation=DELTA_MEAN,
        hint="When the mean grows, does the output grow, too?",
        costs=("delta_mean", "precision", *WITH_IT),
        edits=both("delta_mean", ("-sum /", "sum /"), ("return -total", "return total")),
    ),
    Misconception(
        id="delta-mean-no-root",
        title="delta_mean divides by the variance, not by its root",
        equation=DELTA_MEAN,
        hint="Differentiate (x - m) / sqrt(v + eps) with respect to m.",
        costs=("delta_mean", "precision", *WITH_IT),
        edits=both(
            "delta_mean",
            ("sqrt((double)v.data[g] + EPS)", "((double)v.data[g] + EPS)"),
            ("np.sqrt(np.asarray(v, np.float64) + EPS)", "(np.asarray(v, np.float64) + EPS)"),
        ),
    ),
    Misconception(
        id="delta-mean-averaged",
        title="delta_mean is the mean over the elements, not their sum",
        equation=DELTA_MEAN,
        hint="Every element contributes as a whole; who divides by their number, and when?",
        costs=("delta_mean", "precision", *WITH_IT),
        edits=both("delta_mean", ("-sum /", "-sum / ((double)d.rows * n) /"), (_SUM, _MEAN)),
    ),
    Misconception(
        id="delta-mean-not-reset",
        title="the sum in delta_mean goes on from one channel to the next",
        equation=DELTA_MEAN,
        hint="What does the sum hold when the second channel begins?",
        costs=("delta_mean", *WITH_IT),
        edits=both("delta_mean", (_LOOP, _NOT_RESET), (_SUM, f"{_SUM}.cumsum(axis=1)")),
    ),
    Misconception(
        id="delta-variance-no-half",
        title="delta_variance lacks the factor 1/2",
        equation=DELTA_VARIANCE,
        hint="Differentiate (v + eps)^(-1/2) with respect to v.",
        costs=("delta_variance", "precision", *WITH_IT),
        edits=both("delta_variance", ("-0.5 * sum", "-sum"), ("-0.5 * total", "-total")),
    ),
    Misconception(
        id="delta-variance-power",
        title="delta_variance has the power -1/2, as if nothing had been differentiated",
        equation=DELTA_VARIANCE,
        hint="Differentiate (v + eps)^(-1/2) with respect to v: what happens to the power?",
        costs=("delta_variance", *WITH_IT),
        edits=both("delta_variance", (", -1.5)", ", -0.5)"), ("** -1.5", "** -0.5")),
    ),
    Misconception(
        id="delta-variance-not-centred",
        title="delta_variance multiplies by x, not by x - m",
        equation=DELTA_VARIANCE,
        hint="What stands above the root in normalize?",
        costs=("delta_variance", *WITH_IT),
        edits=both(
            "delta_variance",
            ("(x.data[at] - m.data[g])", "x.data[at]"),
            ("_channels(x, groups) - _each(m)", "_channels(x, groups)"),
        ),
    ),
    Misconception(
        id="delta-variance-without-d",
        title="delta_variance leaves the upstream gradient out",
        equation=DELTA_VARIANCE,
        hint="The chain rule begins with what comes from above.",
        costs=("delta_variance", "precision", *WITH_IT),
        edits=both(
            "delta_variance",
            ("(double)d.data[at] * (x.data[at] - m.data[g])", "(double)x.data[at] - m.data[g]"),
            ("(_channels(d, groups) * distance)", "distance"),
        ),
    ),
    Misconception(
        id="delta-variance-not-reset",
        title="the sum in delta_variance goes on from one channel to the next",
        equation=DELTA_VARIANCE,
        hint="What does the sum hold when the second channel begins?",
        costs=("delta_variance", *WITH_IT),
        edits=both("delta_variance", (_LOOP, _NOT_RESET), (_SUM, f"{_SUM}.cumsum(axis=1)")),
    ),
    Misconception(
        id="delta-x-first-channel",
        title="every channel is given what belongs to the first one",
        equation=DELTA_X,
        hint="Which column of m, v, dm and dv belongs to column j of d?",
        costs=("delta_batch_norm", *WITH_IT),
        edits=both(
            "delta_batch_norm",
            ("int g = j / n,", "int g = j / d.cols,"),
            (
                "dy, distance =",
                (
                    "dm, dv, m, v = (each[:, :1].repeat(groups, axis=1) "
                    "for each in (dm, dv, m, v))\n    dy, distance ="
                ),
            ),
        ),
    ),
    Misconception(
        id="delta-x-no-factor-2",
        title="the path through the variance lacks the factor 2",
        equation=DELTA_X,
        hint="Differentiate (x - m)^2 with respect to x.",
        costs=("delta_batch_norm", *WITH_IT),
        edits=both(
            "delta_batch_norm",
            ("dv.data[g] * 2 *", "dv.data[g] *"),
            ("_each(dv) * 2 *", "_each(dv) *"),
        ),
    ),
    Misconception(
        id="delta-x-by-rows",
        title="what comes back is divided by the number of examples alone",
        equation=DELTA_X,
        hint="How many elements of one channel does the whole batch hold?",
        costs=("delta_batch_norm", *WITH_IT),
        edits=both(
            "delta_batch_norm",
            ("(float)d.rows * n;", "(float)d.rows;"),
            ("dy[:, 0].size", "len(d)"),
        ),
    ),
    Misconception(
        id="delta-x-no-variance",
        title="the path through the variance is missing",
        equation=DELTA_X,
        hint=(
            "x reaches the loss on three ways. The gradient has a part along x - m that only one "
            "of them takes away."
        ),
        costs=("delta_batch_norm", *WITH_IT),
        edits=both(
            "delta_batch_norm",
            ("+ dv.data[g] * 2 * (x.data[at] - m.data[g]) / count", ""),
            ("direct + through_variance + through_mean", "direct + through_mean"),
        ),
    ),
    Misconception(
        id="delta-x-no-mean",
        title="the path through the mean is missing",
        equation=DELTA_X,
        hint="A constant added to a channel changes nothing: what must the gradient sum to?",
        costs=("delta_batch_norm", *WITH_IT),
        edits=both(
            "delta_batch_norm",
            ("+ dm.data[g] / count", ""),
            ("direct + through_variance + through_mean", "direct + through_variance"),
        ),
    ),
    Misconception(
        id="delta-x-from-d",
        title="the path through the variance uses d in place of x",
        equation=DELTA_X,
        hint="Which matrix belongs to the mean m?",
        costs=("delta_batch_norm", *WITH_IT),
        edits=both(
            "delta_batch_norm",
            ("(x.data[at] - m.data[g])", "(d.data[at] - m.data[g])"),
            ("_channels(x, groups) - _each(m)", "_channels(d, groups) - _each(m)"),
        ),
    ),
    Misconception(
        id="float-sums",
        title="sums are kept in a float, which loses what is small beside them",
        equation="a float has 24 binary digits: 16777216.0f + 1 is 16777216.0f",
        hint="How many digits does a float have, and how large does the sum become?",
        costs=("precision",),
        edits=tuple(
            edit
            for function, summed, in_float in (
                ("variance", _MEAN, f"{_SUM_IN_FLOAT} / distance[:, 0].size"),
                ("delta_mean", _SUM, _SUM_IN_FLOAT),
                ("delta_variance", _SUM, _SUM_IN_FLOAT),
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
