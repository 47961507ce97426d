"""Mistakes in the three functions of the backward pass."""

from __future__ import annotations

from grader.core.misconception import Misconception
from mistakes.places import (
    DELTA_MEAN,
    DELTA_VARIANCE,
    DELTA_X,
    LOOP,
    MEAN,
    NOT_RESET,
    SUM,
    WITH_IT,
    both,
)

MISTAKES = (
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
        edits=both("delta_mean", ("-sum /", "-sum / ((double)d.rows * n) /"), (SUM, MEAN)),
    ),
    Misconception(
        id="delta-mean-not-reset",
        title="the sum in delta_mean goes on from one channel to the next",
        equation=DELTA_MEAN,
        hint="What does the sum hold when the second channel begins?",
        costs=("delta_mean", *WITH_IT),
        edits=both("delta_mean", (LOOP, NOT_RESET), (SUM, f"{SUM}.cumsum(axis=1)")),
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
        edits=both("delta_variance", (LOOP, NOT_RESET), (SUM, f"{SUM}.cumsum(axis=1)")),
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
)
