"""Mistakes that hand-ins make; the hidden checks must catch each, and reports call it by its name.

Each is a small change of the solution: `old`, which stands exactly once in the function `inside`,
becomes `new`. It must cost the criteria in `costs`; it may cost those in `may_cost`, which rest on
the same work.
"""

from grader.core.misconception import Edit, Misconception

_FILE = "functions.py"
_SOFTMAX = "log p_ij = x_ij - log sum_k exp(x_ik)"
_GRADIENT = "dx_ij = dout_ij - p_ij sum_k dout_ik"


def _forward(old: str, new: str) -> Edit:
    return Edit(_FILE, old, new, inside="log_softmax_forward")


def _backward(old: str, new: str) -> Edit:
    return Edit(_FILE, old, new, inside="log_softmax_backward")


MISCONCEPTIONS = (
    Misconception(
        id="columns-for-rows",
        title="the probabilities of each column add up to 1, not those of each row",
        equation=_SOFTMAX,
        hint="Print np.exp(out).sum(axis=1): what should it be, and what is it?",
        costs=("forward",),
        edits=(
            _forward("x.max(axis=1", "x.max(axis=0"),
            _forward("np.exp(shifted), axis=1", "np.exp(shifted), axis=0"),
        ),
        may_cost=("stable", "backward"),
    ),
    Misconception(
        id="largest-not-subtracted",
        title="the scores are exponentiated as they are",
        equation=_SOFTMAX,
        hint="What is np.exp(1000.0)? A constant taken off a row of scores changes nothing.",
        costs=("stable",),
        edits=(_forward("x - x.max(axis=1, keepdims=True)", "x.copy()"),),
    ),
    Misconception(
        id="logarithm-last",
        title="the softmax is computed first, and its logarithm taken afterwards",
        equation=_SOFTMAX,
        hint="A probability of 1e-400 is 0 to a computer. Take the logarithm on paper first.",
        costs=("stable",),
        edits=(
            _forward(
                "shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))",
                "np.log(np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True))",
            ),
        ),
    ),
    Misconception(
        id="gradient-of-softmax",
        title="dx is the gradient of the softmax, without the logarithm",
        equation=_GRADIENT,
        hint="Differentiate out itself: what does the logarithm do to the factor in front?",
        costs=("backward",),
        edits=(
            _backward(
                "dout - cache * np.sum(dout, axis=1, keepdims=True)",
                "cache * (dout - np.sum(dout * cache, axis=1, keepdims=True))",
            ),
        ),
    ),
    Misconception(
        id="cross-terms-lost",
        title="dx takes each entry of dout by itself, not the sum of its row",
        equation=_GRADIENT,
        hint="How many entries of out change when one entry of x does?",
        costs=("backward",),
        edits=(_backward("np.sum(dout, axis=1, keepdims=True)", "dout"),),
    ),
    Misconception(
        id="writes-into-x",
        title="the largest score is subtracted in the caller's own array",
        equation="x stays as it was",
        hint="x -= m writes into x; x - m makes a new array.",
        costs=("inputs",),
        edits=(
            _forward(
                "shifted = x - x.max(axis=1, keepdims=True)",
                "x -= x.max(axis=1, keepdims=True)\n    shifted = x",
            ),
        ),
    ),
)
