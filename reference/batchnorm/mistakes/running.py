"""Batch norm: the running statistics while training."""

from grader.core.misconception import Misconception
from mistakes.places import AFTER_RUNNING, in_forward

_AVERAGE = "The assignment's running averages, which estimate the E[x] of Ioffe & Szegedy 2015"
_COURSE = f"{_AVERAGE}: momentum * running + (1 - momentum) * batch"
_STORE_MEAN = 'bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean'
_STORE_VAR = 'bn_param["running_var"] = momentum * running_var + (1 - momentum) * var'
_NEW_MEAN, _NEW_VAR = "(1 - momentum) * mean", "(1 - momentum) * var"
_ZEROS = "np.zeros(x.shape[1], dtype=x.dtype)"
_FROM_MEAN = f'bn_param.get("running_mean", {_ZEROS})'
_FROM_VAR = f'bn_param.get("running_var", {_ZEROS})'

MISTAKES = (
    Misconception(
        id="run-momentum-exchanged",
        title="momentum and 1 - momentum are swapped in the running averages",
        equation=_COURSE,
        hint="With momentum = 0.9, how much of the old average should be left after one batch?",
        costs=("bn_running",),
        edits=(
            in_forward(
                "momentum * running_mean + (1 - momentum) * mean",
                "(1 - momentum) * running_mean + momentum * mean",
            ),
            in_forward(
                "momentum * running_var + (1 - momentum) * var",
                "(1 - momentum) * running_var + momentum * var",
            ),
        ),
        may_cost=AFTER_RUNNING,
        with_it=("test-root-plus-eps", "bn-any-mode", "bn-eps-outside-root"),
    ),
    Misconception(
        id="run-momentum-exchanged-in-variance",
        title="momentum and 1 - momentum are swapped in the running variance alone",
        equation=_COURSE,
        hint="Put the two update lines under each other and compare them word by word.",
        costs=("bn_running",),
        edits=(
            in_forward(
                "momentum * running_var + (1 - momentum) * var",
                "(1 - momentum) * running_var + momentum * var",
            ),
        ),
        may_cost=AFTER_RUNNING,
    ),
    Misconception(
        id="run-not-stored",
        title="the running averages are computed, but not stored back into bn_param",
        equation=_COURSE,
        hint="The next batch sees only what bn_param holds. What does it hold after your call?",
        costs=("bn_running",),
        edits=(
            in_forward('bn_param["running_mean"] = momentum', "running_mean = momentum"),
            in_forward('bn_param["running_var"] = momentum', "running_var = momentum"),
        ),
        may_cost=AFTER_RUNNING,
        with_it=("test-uses-batch", "bn-variance-unbiased"),
    ),
    Misconception(
        id="run-starts-from-ones",
        title="the running variance starts from ones",
        equation=f"{_AVERAGE}: they start from zeros",
        hint="What is the running variance before the first batch, according to the docstring?",
        costs=("bn_running",),
        edits=(
            in_forward(
                _FROM_VAR,
                'bn_param.get("running_var", np.ones(x.shape[1], dtype=x.dtype))',
            ),
        ),
        may_cost=AFTER_RUNNING,
    ),
    Misconception(
        id="run-starts-from-first-batch",
        title="the running averages start from the statistics of the first batch",
        equation=f"{_AVERAGE}: they start from zeros",
        hint="With what do the averages begin: with zeros, or with what the first batch brings?",
        costs=("bn_running",),
        edits=(
            in_forward(_FROM_MEAN, 'bn_param.get("running_mean", x.mean(axis=0))'),
            in_forward(_FROM_VAR, 'bn_param.get("running_var", x.var(axis=0))'),
        ),
        may_cost=AFTER_RUNNING,
        with_it=("run-variance-unbiased",),
    ),
    Misconception(
        id="run-variance-unbiased",
        title="the running variance is kept unbiased, divided by N - 1",
        equation=f"{_COURSE}; the correction of Ioffe & Szegedy 2015, Algorithm 2, is left out",
        hint="Is the variance that you store the same one that you normalise with?",
        costs=("bn_running",),
        edits=(in_forward(_NEW_VAR, "(1 - momentum) * x.var(axis=0, ddof=1)"),),
        may_cost=AFTER_RUNNING,
    ),
    Misconception(
        id="run-variance-with-eps",
        title="the running variance has eps in it",
        equation=f"{_COURSE}; eps joins the variance only under the root",
        hint="Is what you average var, or what stands under the square root?",
        costs=("bn_running",),
        edits=(in_forward(_NEW_VAR, "(1 - momentum) * (var + eps)"),),
        may_cost=AFTER_RUNNING,
    ),
    Misconception(
        id="run-keeps-deviation",
        title="the running variance averages standard deviations",
        equation=_COURSE,
        hint="What does the name running_var promise, and in what unit is the number you store?",
        costs=("bn_running",),
        edits=(in_forward(_NEW_VAR, "(1 - momentum) * np.sqrt(var)"),),
        may_cost=AFTER_RUNNING,
        with_it=("test-root-missing",),
    ),
    Misconception(
        id="run-overwritten",
        title="the running statistics are those of the last batch, with no averaging",
        equation=_COURSE,
        hint="After ten batches, does anything of the first one still show in your averages?",
        costs=("bn_running",),
        edits=(
            in_forward(_STORE_MEAN, 'bn_param["running_mean"] = mean'),
            in_forward(_STORE_VAR, 'bn_param["running_var"] = var'),
        ),
        may_cost=AFTER_RUNNING,
    ),
    Misconception(
        id="run-old-never-decays",
        title="the running averages keep all of their old value and grow without bound",
        equation=_COURSE,
        hint="Feed the same batch a hundred times. Where should the running mean end up?",
        costs=("bn_running",),
        edits=(
            in_forward("momentum * running_mean +", "running_mean +"),
            in_forward("momentum * running_var +", "running_var +"),
        ),
        may_cost=AFTER_RUNNING,
    ),
    Misconception(
        id="run-new-unweighted",
        title="the new batch enters the running averages without its weight",
        equation=_COURSE,
        hint="The weights of the old and the new value should add up to what?",
        costs=("bn_running",),
        edits=(in_forward(_NEW_MEAN, "mean"), in_forward(_NEW_VAR, "var")),
        may_cost=AFTER_RUNNING,
    ),
    Misconception(
        id="run-momentum-for-both",
        title="old and new value are both weighted by momentum",
        equation=_COURSE,
        hint="The weights of the old and the new value should add up to what?",
        costs=("bn_running",),
        edits=(
            in_forward(_NEW_MEAN, "momentum * mean"),
            in_forward(_NEW_VAR, "momentum * var"),
        ),
        may_cost=AFTER_RUNNING,
    ),
    Misconception(
        id="run-momentum-fixed",
        title="momentum is always 0.9, whatever bn_param says",
        equation=_COURSE,
        hint="What happens in your code when a caller puts another momentum into bn_param?",
        costs=("bn_running",),
        edits=(in_forward('float(bn_param.get("momentum", 0.9))', "0.9"),),
        may_cost=AFTER_RUNNING,
    ),
    Misconception(
        id="run-momentum-other-default",
        title="momentum is 0.1 where bn_param has none, not the 0.9 of the assignment",
        equation=_COURSE,
        hint="Libraries differ in what they call momentum. Which default does the docstring name?",
        costs=("bn_running",),
        edits=(in_forward('bn_param.get("momentum", 0.9)', 'bn_param.get("momentum", 0.1)'),),
        may_cost=AFTER_RUNNING,
    ),
    Misconception(
        id="run-variance-forgotten",
        title="only the running mean is kept, and the running variance never changes",
        equation=_COURSE,
        hint="Print both running statistics after each batch. Do both move?",
        costs=("bn_running",),
        edits=(in_forward(_STORE_VAR, 'bn_param["running_var"] = running_var'),),
        may_cost=AFTER_RUNNING,
    ),
    Misconception(
        id="run-variance-from-mean",
        title="the running variance is updated from the running mean, a slip of copy and paste",
        equation=_COURSE,
        hint="Put the two update lines under each other and compare them word by word.",
        costs=("bn_running",),
        edits=(in_forward("momentum * running_var +", "momentum * running_mean +"),),
        may_cost=AFTER_RUNNING,
    ),
    Misconception(
        id="run-variance-around-running-mean",
        title="the running variance collects deviations from the running mean, not the batch mean",
        equation=f"{_COURSE}; Algorithm 1, line 2, for the variance of the batch",
        hint="From which mean are the deviations taken that you square for the running variance?",
        costs=("bn_running",),
        edits=(in_forward(_NEW_VAR, "(1 - momentum) * np.mean((x - running_mean) ** 2, axis=0)"),),
        may_cost=AFTER_RUNNING,
    ),
)
