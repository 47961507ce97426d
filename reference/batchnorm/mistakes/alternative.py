"""Batch norm, alternative backward pass."""

from grader.core.misconception import Misconception
from mistakes.places import AFTER_ALTERNATIVE, in_alternative

_SIMPLE = "Ioffe & Szegedy 2015, section 3, dl/dx with dl/dvar and dl/dmean put in"
_UNPACK = "_, std, x_hat, gamma = _training_cache(cache)\n"
_COUNT = "n = dout.shape[0]"
_ALONG_X_HAT, _ALONG_ONES = "x_hat * (-dgamma / n)", "dbeta / n"
_FACTOR = "dx *= gamma / std"
_DX = "dx = x_hat * (-dgamma / n)\n    dx += dout  # in place from here on:"

MISTAKES = (
    Misconception(
        id="alt-direct-only",
        title="the alternative dx is gamma / std * dout and nothing else",
        equation=_SIMPLE,
        hint="Add up dx over the batch. For any dout it should be 0; why?",
        costs=("bn_alt",),
        edits=(
            in_alternative(_ALONG_X_HAT, "0 * x_hat"),
            in_alternative(f"    dx -= {_ALONG_ONES}\n", ""),
        ),
        may_cost=AFTER_ALTERNATIVE,
    ),
    Misconception(
        id="alt-diagonal-only",
        title="the alternative dx keeps the diagonal of the Jacobian and loses its cross terms",
        equation=f"{_SIMPLE}: its sums run over the whole batch",
        hint="Does the output of one example depend on the x of another? Where is that in your dx?",
        costs=("bn_alt",),
        edits=(
            in_alternative(_ALONG_X_HAT, "-(x_hat**2) * dout / n"),
            in_alternative(_ALONG_ONES, "dout / n"),
        ),
        may_cost=AFTER_ALTERNATIVE,
    ),
    Misconception(
        id="alt-mean-path-missing",
        title="the alternative dx does not take the mean of dout off",
        equation=f"{_SIMPLE}: the term from dl/dmean",
        hint="Add up dx over the batch. For any dout it should be 0; why?",
        costs=("bn_alt",),
        edits=(in_alternative(f"    dx -= {_ALONG_ONES}\n", ""),),
        may_cost=AFTER_ALTERNATIVE,
    ),
    Misconception(
        id="alt-variance-path-missing",
        title="the alternative dx only takes the mean of dout off, and forgets the variance",
        equation=f"{_SIMPLE}: the term from dl/dvar",
        hint="Multiply dx by x_hat and add up over the batch. It should be almost 0; why?",
        costs=("bn_alt",),
        edits=(in_alternative(_ALONG_X_HAT, "0 * x_hat"),),
        may_cost=AFTER_ALTERNATIVE,
    ),
    Misconception(
        id="alt-variance-sign",
        title="the term with dgamma has the wrong sign in the alternative dx",
        equation=f"{_SIMPLE}: the term from dl/dvar",
        hint="Compare with the staged pass for a batch of two. Which term goes the other way?",
        costs=("bn_alt",),
        edits=(in_alternative("-dgamma / n", "dgamma / n"),),
        may_cost=AFTER_ALTERNATIVE,
        with_it=("bwd-variance-sign",),
    ),
    Misconception(
        id="alt-sums-exchanged",
        title="dgamma and dbeta have changed places in the formula of the alternative dx",
        equation=_SIMPLE,
        hint="Which of your two sums belongs to the constant direction, which to x_hat?",
        costs=("bn_alt",),
        edits=(
            in_alternative("-dgamma / n", "-dbeta / n"),
            in_alternative("dx -= dbeta / n", "dx -= dgamma / n"),
        ),
        may_cost=AFTER_ALTERNATIVE,
    ),
    Misconception(
        id="alt-sums-not-averaged",
        title="the two sums in the alternative dx are not divided by N",
        equation=f"{_SIMPLE}: 1/m before both sums",
        hint="Repeat the batch and dout once. How should dx change, and how does yours?",
        costs=("bn_alt",),
        edits=(in_alternative("-dgamma / n", "-dgamma"), in_alternative(_ALONG_ONES, "dbeta")),
        may_cost=AFTER_ALTERNATIVE,
        with_it=("bwd-mean-share-missing",),
    ),
    Misconception(
        id="alt-gamma-missing",
        title="the alternative dx does not contain gamma",
        equation=_SIMPLE,
        hint="Double gamma: dx should double. What does yours do?",
        costs=("bn_alt",),
        edits=(in_alternative(_FACTOR, "dx *= 1 / std"),),
        may_cost=AFTER_ALTERNATIVE,
    ),
    Misconception(
        id="alt-divides-by-variance",
        title="the alternative dx is divided by the variance, not by the deviation",
        equation=f"{_SIMPLE}: 1 / sqrt(var + eps)",
        hint="Multiply x by 10. By how much should dx shrink, and by how much does yours?",
        costs=("bn_alt",),
        edits=(in_alternative(_FACTOR, "dx *= gamma / std**2"),),
        may_cost=AFTER_ALTERNATIVE,
    ),
    Misconception(
        id="alt-centred-for-x-hat",
        title="x - mean stands where x_hat belongs in the alternative dx",
        equation=f"{_SIMPLE}: the term from dl/dvar",
        hint="Check the units: if x were in metres, could your terms be added up?",
        costs=("bn_alt",),
        edits=(
            in_alternative(_UNPACK, f"x_mu, {_UNPACK[3:]}"),
            in_alternative(_ALONG_X_HAT, "x_mu * (-dgamma / n)"),
        ),
        may_cost=AFTER_ALTERNATIVE,
    ),
    Misconception(
        id="alt-n-minus-1",
        title="the alternative dx divides its sums by N - 1",
        equation=f"{_SIMPLE}: 1/m before both sums",
        hint="By what did your forward pass divide? Its derivative divides by the same.",
        costs=("bn_alt",),
        edits=(in_alternative(_COUNT, "n = dout.shape[0] - 1"),),
        may_cost=AFTER_ALTERNATIVE,
    ),
    Misconception(
        id="alt-divides-by-features",
        title="the alternative dx divides its sums by the number of features",
        equation=f"{_SIMPLE}: m counts the examples of the batch",
        hint="Which entry of dout.shape counts the examples? A square dout hides the difference.",
        costs=("bn_alt",),
        edits=(in_alternative(_COUNT, "n = dout.shape[1]"),),
        may_cost=AFTER_ALTERNATIVE,
    ),
    Misconception(
        id="alt-eps-missing",
        title="the alternative dx divides by a deviation without eps",
        equation=f"{_SIMPLE}: 1 / sqrt(var + eps)",
        hint="Is the deviation that you go back through the very one that you divided by?",
        costs=("bn_alt",),
        edits=(
            in_alternative(
                _UNPACK,
                "x_mu, _, x_hat, gamma = _training_cache(cache)\n"
                "    std = np.sqrt(np.mean(x_mu**2, axis=0))\n",
            ),
        ),
        may_cost=AFTER_ALTERNATIVE,
    ),
    Misconception(
        id="alt-eps-subtracted",
        title="the alternative pass takes sqrt(var - eps)",
        equation=f"{_SIMPLE}: 1 / sqrt(var + eps)",
        hint="Compare the root here with that of your forward pass, sign by sign.",
        costs=("bn_alt",),
        edits=(
            in_alternative(
                _UNPACK,
                "x_mu, _, x_hat, gamma = _training_cache(cache)\n"
                "    std = np.sqrt(np.mean(x_mu**2, axis=0) - 1e-5)\n",
            ),
        ),
        may_cost=AFTER_ALTERNATIVE,
        with_it=("bwd-dx-of-x-hat",),
    ),
    Misconception(
        id="alt-cache-of-another-forward",
        title="batchnorm_backward_alt unpacks a cache that batchnorm_forward no longer packs",
        equation=_SIMPLE,
        hint="Count the entries that you pack in the forward pass and those that you unpack here.",
        costs=("bn_alt", "bn_speedup"),
        edits=(in_alternative("_, std, x_hat, gamma =", "x_hat, std, gamma ="),),
        may_cost=AFTER_ALTERNATIVE,
    ),
    Misconception(
        id="alt-writes-into-dout",
        title="the alternative pass overwrites the caller's dout",
        equation=f"{_SIMPLE}: a new array, and dout as it was",
        hint="Print dout before and after the call. What does -= do to an array that is not yours?",
        costs=("inputs",),
        edits=(in_alternative(_DX, "dx = dout\n    dx -= x_hat * dgamma / n  # in place:"),),
    ),
    Misconception(
        id="alt-calls-staged",
        title="batchnorm_backward_alt just calls batchnorm_backward",
        equation=_SIMPLE,
        hint="Simplify dx on paper: what cancels when the x - mean of a batch add up to 0?",
        costs=("bn_speedup",),
        edits=(in_alternative(_UNPACK, f"return batchnorm_backward(dout, cache)\n    {_UNPACK}"),),
        with_it=("bwd-eps-missing", "bn-eps-outside-root"),
    ),
)
