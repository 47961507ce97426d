"""Layer norm, forward and backward."""

from grader.core.misconception import Misconception
from mistakes.places import AFTER_LAYER_NORM, in_layers

_STATISTICS = "Ba et al. 2016, eq. (3)"
_AFFINE = "Ba et al. 2016, eq. (4)"
_GRADIENT = "The gradient of Ba et al. 2016, eqs. (3) and (4)"
_NORMALIZE = "x_hat, std = _normalize_rows(x, _eps(ln_param))"
_DX = "dx = _normalize_rows_backward(dout * gamma, x_hat, std)"
_DX_BATCH = (
    "dx = dout - np.mean(dout, axis=0) - x_hat * np.mean(dout * x_hat, axis=0)\n"
    "    dx *= gamma / std"
)
_DGAMMA, _DBETA = "np.sum(dout * x_hat, axis=0)", "np.sum(dout, axis=0)"
_FORWARD, _BACKWARD = "layernorm_forward", "layernorm_backward"


def _normalising(mean: str, std: str, *before: str) -> str:
    lines = (*before, f"std = {std}", f"x_hat = (x - {mean}) / std")
    return "\n    ".join(lines)


_ROW_MEAN = "x.mean(axis=1, keepdims=True)"
_ROW_VAR = "x.var(axis=1, keepdims=True)"

MISTAKES = (
    Misconception(
        id="ln-over-the-batch",
        title="layer norm is a copy of batch norm: statistics over the batch, there and back",
        equation=f"{_STATISTICS}: the sums run over the H units of one example",
        hint="Normalise a single example. Your gradient check cannot see this: why not?",
        costs=("ln_forward", "ln_backward"),
        edits=(
            in_layers(
                _FORWARD,
                _NORMALIZE,
                _normalising("x.mean(axis=0)", "np.sqrt(x.var(axis=0) + _eps(ln_param))"),
            ),
            in_layers(_BACKWARD, _DX, _DX_BATCH),
        ),
        may_cost=AFTER_LAYER_NORM,
        with_it=("bwd-dgamma-averaged", "bn-variance-unbiased"),
    ),
    Misconception(
        id="ln-statistics-of-all",
        title="layer norm takes one mean and one variance of the whole matrix",
        equation=f"{_STATISTICS}: one mean and one deviation for each example",
        hint="Print the shape of your mean: how many numbers should it hold?",
        costs=("ln_forward",),
        edits=(
            in_layers(
                _FORWARD,
                _NORMALIZE,
                _normalising("x.mean()", "np.full((len(x), 1), np.sqrt(x.var() + _eps(ln_param)))"),
            ),
        ),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-variance-unbiased",
        title="layer norm divides its variance by D - 1 (ddof=1)",
        equation=_STATISTICS,
        hint="By what does the paper divide the sum of squared deviations, and by what do you?",
        costs=("ln_forward",),
        edits=(
            in_layers(
                _FORWARD,
                _NORMALIZE,
                _normalising(
                    _ROW_MEAN,
                    "np.sqrt(x.var(axis=1, ddof=1, keepdims=True) + _eps(ln_param))",
                ),
            ),
        ),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-eps-left-out",
        title="layer norm does not add eps",
        equation=f"{_STATISTICS}, with the assignment's eps under the root",
        hint="Give the layer an example whose features are all the same. What do you divide by?",
        costs=("ln_forward",),
        edits=(in_layers(_FORWARD, "_eps(ln_param)", "0.0"),),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-eps-outside-root",
        title="layer norm adds eps to the deviation, outside the square root",
        equation=f"{_STATISTICS}, with the assignment's eps under the root",
        hint="Is eps in the same place as in your batch norm? Compare for a tiny variance.",
        costs=("ln_forward",),
        edits=(
            in_layers(
                _FORWARD,
                _NORMALIZE,
                _normalising(_ROW_MEAN, "x.std(axis=1, keepdims=True) + _eps(ln_param)"),
            ),
        ),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-eps-fixed",
        title="layer norm always uses eps = 1e-5, whatever ln_param says",
        equation=f"{_STATISTICS}, with the eps of ln_param under the root",
        hint="What happens in your code when a caller puts another eps into ln_param?",
        costs=("ln_forward",),
        edits=(in_layers(_FORWARD, "_eps(ln_param)", "1e-5"),),
    ),
    Misconception(
        id="ln-root-missing",
        title="layer norm divides by the variance, not by its square root",
        equation=_STATISTICS,
        hint="What should the standard deviation of each row of x_hat be?",
        costs=("ln_forward",),
        edits=(
            in_layers(
                _FORWARD, _NORMALIZE, _normalising(_ROW_MEAN, f"{_ROW_VAR} + _eps(ln_param)")
            ),
        ),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-not-centred",
        title="layer norm does not take the mean of the example off",
        equation=_STATISTICS,
        hint="What should the mean of each row of x_hat be?",
        costs=("ln_forward",),
        edits=(
            in_layers(
                _FORWARD,
                _NORMALIZE,
                _normalising("0", f"np.sqrt({_ROW_VAR} + _eps(ln_param))"),
            ),
        ),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-gamma-forgotten",
        title="layer norm does not apply gamma",
        equation=_AFFINE,
        hint="Call the layer with gamma = 3: what changes?",
        costs=("ln_forward",),
        edits=(in_layers(_FORWARD, "gamma * x_hat", "x_hat"),),
        may_cost=AFTER_LAYER_NORM,
        with_it=("ln-dx-gamma-missing",),
    ),
    Misconception(
        id="ln-beta-forgotten",
        title="layer norm does not apply beta",
        equation=_AFFINE,
        hint="Call the layer with beta = 7: what changes?",
        costs=("ln_forward",),
        edits=(in_layers(_FORWARD, " + beta", ""),),
        may_cost=AFTER_LAYER_NORM,
        with_it=("ln-gamma-forgotten",),
    ),
    Misconception(
        id="ln-running-averages",
        title="layer norm keeps running averages and normalises with them in test mode",
        equation="Ba et al. 2016, section 3: the same computation in training and in testing",
        hint="How many examples does layer norm need for its statistics? What is left to remember?",
        costs=("ln_forward",),
        # What is kept, and in which shape, is another in every style; its use is the same.
        edits=(
            in_layers(
                _FORWARD,
                _NORMALIZE,
                _normalising(
                    "mean",
                    "np.sqrt(var + _eps(ln_param))",
                    f"mean, var = {_ROW_MEAN}, {_ROW_VAR}",
                    'if ln_param.get("mode") == "test":',
                    '    mean = ln_param.get("running_mean", np.zeros_like(mean))',
                    '    var = ln_param.get("running_var", np.zeros_like(var))',
                ),
            ),
        ),
    ),
    Misconception(
        id="ln-demands-a-mode",
        title="layer norm demands a mode, as batch norm does",
        equation="Ba et al. 2016, section 3: the same computation in training and in testing",
        hint="Call the layer with an empty ln_param. Does it need to know anything else?",
        costs=("ln_forward",),
        edits=(
            in_layers(
                _FORWARD,
                _NORMALIZE,
                'if ln_param.get("mode") not in ("train", "test"):\n'
                '        raise ValueError("Invalid forward layernorm mode")\n'
                f"    {_NORMALIZE}",
            ),
        ),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-writes-into-x",
        title="layer norm overwrites the caller's x",
        equation=f"{_STATISTICS}: a new array, and x as it was",
        hint="Print x before and after the call. What does -= do to an array that is not yours?",
        costs=("inputs",),
        edits=(
            in_layers(_FORWARD, _NORMALIZE, f"{_NORMALIZE}\n    x -= {_ROW_MEAN}\n    x /= std"),
        ),
    ),
    Misconception(
        id="ln-result-transposed",
        title="layer norm works on the transpose and does not turn its result back",
        equation="The assignment: the result has the shape of x",
        hint="Print the shapes of x and of out for an x that is not square.",
        costs=("ln_forward",),
        edits=(in_layers(_FORWARD, "gamma * x_hat + beta", "(gamma * x_hat + beta).T"),),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-parameters-over-features",
        title="layer norm sums dgamma and dbeta over the features (axis=1)",
        equation=f"{_AFFINE}: gain and bias have one entry a unit, shared by all examples",
        hint="gamma has one entry a feature. Over which axis do its gradients meet?",
        costs=("ln_backward",),
        edits=(
            in_layers(_BACKWARD, _DGAMMA, "np.sum(dout * x_hat, axis=1)"),
            in_layers(_BACKWARD, _DBETA, "np.sum(dout, axis=1)"),
        ),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-dgamma-averaged",
        title="layer norm averages dgamma over the batch instead of summing it",
        equation=_GRADIENT,
        hint="Each example adds its share to the loss. Is there a division in the sum?",
        costs=("ln_backward",),
        edits=(in_layers(_BACKWARD, _DGAMMA, "np.mean(dout * x_hat, axis=0)"),),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-dgamma-dbeta-exchanged",
        title="layer norm returns dgamma and dbeta in each other's place",
        equation="The assignment: layernorm_backward returns dx, dgamma, dbeta",
        hint="Compare your return line with the one that the docstring promises.",
        costs=("ln_backward",),
        edits=(in_layers(_BACKWARD, "return dx, dgamma, dbeta", "return dx, dbeta, dgamma"),),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-dx-gamma-late",
        title="layer norm multiplies dx by gamma after the means over the row, as batch norm may",
        equation=_GRADIENT,
        hint="Is gamma constant along the axis over which you average? In batch norm it is.",
        costs=("ln_backward",),
        edits=(
            in_layers(_BACKWARD, _DX, "dx = gamma * _normalize_rows_backward(dout, x_hat, std)"),
        ),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-dx-gamma-missing",
        title="dx of layer norm does not contain gamma",
        equation=_GRADIENT,
        hint="Which operation comes last in the forward pass, and so first in the backward pass?",
        costs=("ln_backward",),
        edits=(in_layers(_BACKWARD, "dout * gamma,", "dout,"),),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-dx-over-the-batch",
        title="dx of layer norm averages over the batch, although its forward pass uses rows",
        equation=_GRADIENT,
        hint="The way back goes through the same sums as the way there: along which axis?",
        costs=("ln_backward",),
        edits=(in_layers(_BACKWARD, _DX, _DX_BATCH),),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-dx-divides-by-examples",
        title="dx of layer norm divides its sums by N, not by D",
        equation=f"{_GRADIENT}: H counts the units of one example",
        hint="How many numbers went into each mean of your forward pass?",
        costs=("ln_backward",),
        edits=(
            in_layers(
                _BACKWARD,
                _DX,
                "n = dout.shape[0]\n"
                "    dx_hat = dout * gamma\n"
                "    dx = dx_hat - dx_hat.sum(axis=1, keepdims=True) / n\n"
                "    dx -= x_hat * np.sum(dx_hat * x_hat, axis=1, keepdims=True) / n\n"
                "    dx /= std",
            ),
        ),
        may_cost=AFTER_LAYER_NORM,
        with_it=("bwd-divides-by-features",),
    ),
    Misconception(
        id="ln-dx-direct-only",
        title="dx of layer norm has only the direct path",
        equation=_GRADIENT,
        hint="Add up dx over the features of an example. It should be 0; why?",
        costs=("ln_backward",),
        edits=(in_layers(_BACKWARD, _DX, "dx = dout * gamma / std"),),
        may_cost=AFTER_LAYER_NORM,
    ),
    Misconception(
        id="ln-dx-mean-path-missing",
        title="dx of layer norm lacks the path through the mean",
        equation=_GRADIENT,
        hint="Add up dx over the features of an example. It should be 0; why?",
        costs=("ln_backward",),
        edits=(
            in_layers(
                _BACKWARD,
                _DX,
                "dx_hat = dout * gamma\n"
                "    dx = (dx_hat - x_hat * np.mean(dx_hat * x_hat, axis=1, keepdims=True)) / std",
            ),
        ),
        may_cost=AFTER_LAYER_NORM,
        with_it=("bwd-mean-path-missing",),
    ),
)
