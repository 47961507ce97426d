"""Where mistakes are made: texts of the solution and of the truth that many of them change."""

from __future__ import annotations

from grader.core.misconception import Edit

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


DIVIDED = "sum / ((double)x.rows * n)"
MEAN = ".mean(axis=(0, 2))[None]"
SUM = ".sum(axis=(0, 2))[None]"
# The same in the order of the matrix, each sum rounded to a float.
SUM_IN_FLOAT = (
    ".transpose(1, 0, 2).reshape(groups, -1).astype(np.float32).cumsum(axis=1)[:, -1][None]"
)
LOOP = "for (int g = 0; g < groups; ++g) {\n        double sum = 0;"
NOT_RESET = "double sum = 0;\n    for (int g = 0; g < groups; ++g) {"
