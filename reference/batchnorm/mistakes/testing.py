"""Batch norm, test mode."""

from grader.core.misconception import Misconception
from mistakes.places import AFTER_TEST, in_forward

_TEST = "Ioffe & Szegedy 2015, Algorithm 2, lines 8 to 11, normalising with fixed statistics"
_ROOT = "Ioffe & Szegedy 2015, Algorithm 2, last line: sqrt(Var[x] + eps)"
_AFFINE = "Ioffe & Szegedy 2015, Algorithm 2, last line: gamma and beta as in training"
_FIXED = "mean, var = running_mean, running_var"
_OUT = "gamma * x_hat + beta"

MISTAKES = (
    Misconception(
        id="test-uses-batch",
        title="test mode normalises with the statistics of the test batch",
        equation=_TEST,
        hint="Test one example alone. Should its result depend on who else is in the batch?",
        costs=("bn_test",),
        edits=(in_forward(_FIXED, "mean, var = x.mean(axis=0), x.var(axis=0)"),),
        may_cost=AFTER_TEST,
    ),
    Misconception(
        id="test-batch-mean",
        title="test mode takes the mean of the test batch off, with the running variance below it",
        equation=_TEST,
        hint="Both statistics come from training. Look at each of the two in your test branch.",
        costs=("bn_test",),
        edits=(in_forward(_FIXED, "mean, var = x.mean(axis=0), running_var"),),
        may_cost=AFTER_TEST,
    ),
    Misconception(
        id="test-batch-variance",
        title="test mode divides by the deviation of the test batch, about the running mean",
        equation=_TEST,
        hint="Both statistics come from training. Look at each of the two in your test branch.",
        costs=("bn_test",),
        edits=(in_forward(_FIXED, "mean, var = running_mean, x.var(axis=0)"),),
        may_cost=AFTER_TEST,
    ),
    Misconception(
        id="test-root-plus-eps",
        title="test mode divides by sqrt(running_var) + eps",
        equation=_ROOT,
        hint="Is eps in the same place in your train branch and in your test branch?",
        costs=("bn_eps",),
        edits=(
            in_forward(
                "std = np.sqrt(var + eps)",
                'std = np.sqrt(var + eps) if mode == "train" else np.sqrt(var) + eps',
            ),
        ),
        may_cost=AFTER_TEST,
        with_it=("run-not-stored", "run-variance-unbiased", "bn-any-mode"),
    ),
    Misconception(
        id="test-eps-left-out",
        title="test mode divides by the root of the running variance without eps",
        equation=_ROOT,
        hint="What does test mode divide by when a feature never varied in training?",
        costs=("bn_eps",),
        edits=(in_forward("np.sqrt(var + eps)", 'np.sqrt(var + (eps if mode == "train" else 0))'),),
        may_cost=AFTER_TEST,
        with_it=("bn-any-mode",),
    ),
    Misconception(
        id="test-root-missing",
        title="test mode divides by the running variance, not by its square root",
        equation=_ROOT,
        hint="Compare the two branches: what does each of them divide by?",
        costs=("bn_test",),
        edits=(
            in_forward(
                "np.sqrt(var + eps)", '(np.sqrt(var + eps) if mode == "train" else var + eps)'
            ),
        ),
        may_cost=AFTER_TEST,
    ),
    Misconception(
        id="test-gamma-beta-forgotten",
        title="gamma and beta are not applied in test mode",
        equation=_AFFINE,
        hint="The notebook tests with gamma = 1 and beta = 0. Try other values in test mode.",
        costs=("bn_test",),
        edits=(in_forward(_OUT, f'{_OUT} if mode == "train" else x_hat'),),
        may_cost=AFTER_TEST,
        with_it=("run-momentum-exchanged", "run-not-stored"),
    ),
    Misconception(
        id="test-beta-forgotten",
        title="beta is not applied in test mode",
        equation=_AFFINE,
        hint="Call test mode with beta = 7 and x equal to the running mean. What should come out?",
        costs=("bn_test",),
        edits=(in_forward(_OUT, f'{_OUT} if mode == "train" else gamma * x_hat'),),
        may_cost=AFTER_TEST,
    ),
    Misconception(
        id="test-not-centred",
        title="test mode does not take the running mean off x",
        equation=_TEST,
        hint="Call test mode with x equal to the running mean. What should come out?",
        costs=("bn_test",),
        edits=(in_forward("x - mean", '(x - mean if mode == "train" else x)'),),
        may_cost=AFTER_TEST,
    ),
    Misconception(
        id="test-not-normalised",
        title="test mode does not normalise at all and only scales and shifts x",
        equation=_TEST,
        hint="Batch norm is not switched off when the network is tested. What replaces the batch?",
        costs=("bn_test",),
        edits=(in_forward(_OUT, f'{_OUT} if mode == "train" else gamma * x + beta'),),
        may_cost=AFTER_TEST,
    ),
    Misconception(
        id="test-statistics-ignored",
        title="test mode starts its running statistics anew instead of reading bn_param",
        equation=_TEST,
        hint="Where do the running statistics in your test branch come from? Print them there.",
        costs=("bn_test",),
        edits=(in_forward(_FIXED, "mean, var = np.zeros(x.shape[1]), np.zeros(x.shape[1])"),),
        may_cost=AFTER_TEST,
    ),
    Misconception(
        id="test-variance-corrected",
        title="test mode multiplies the running variance by N / (N - 1) of the test batch",
        equation="Ioffe & Szegedy 2015, Algorithm 2, line 10: m is the size of training batches",
        hint="Test one example alone. What is N then, and should it matter?",
        costs=("bn_test",),
        edits=(
            in_forward(
                _FIXED,
                "n = x.shape[0]\n        mean, var = running_mean, running_var * n / max(n - 1, 1)",
            ),
        ),
        may_cost=AFTER_TEST,
    ),
    Misconception(
        id="run-updated-in-test",
        title="the running averages are updated in test mode, too",
        equation="Ioffe & Szegedy 2015, Algorithm 2: the statistics are frozen for inference",
        hint="Test the same batch twice and print bn_param in between. Should anything move?",
        costs=("bn_test",),
        edits=(
            in_forward(
                _FIXED,
                f"{_FIXED}\n"
                '        bn_param["running_mean"] = '
                "momentum * mean + (1 - momentum) * x.mean(axis=0)\n"
                '        bn_param["running_var"] = '
                "momentum * var + (1 - momentum) * x.var(axis=0)",
            ),
        ),
        may_cost=AFTER_TEST,
        with_it=("test-gamma-beta-forgotten", "run-momentum-exchanged"),
    ),
    Misconception(
        id="test-mixes-batch-in",
        title="the test batch is mixed into the running averages before they are used",
        equation="Ioffe & Szegedy 2015, Algorithm 2: the statistics are frozen for inference",
        hint="In which mode does your update of the averages run? Mind where the if ends.",
        costs=("bn_test",),
        edits=(
            in_forward(
                _FIXED,
                "running_mean = momentum * running_mean + (1 - momentum) * x.mean(axis=0)\n"
                "        running_var = momentum * running_var + (1 - momentum) * x.var(axis=0)\n"
                '        bn_param["running_mean"], bn_param["running_var"] = '
                "running_mean, running_var\n"
                f"        {_FIXED}",
            ),
        ),
        may_cost=AFTER_TEST,
    ),
    Misconception(
        id="test-returns-nothing",
        title="test mode is not written: it gives back no result",
        equation=_TEST,
        hint="Follow your function with the mode test to its return. What is out there?",
        costs=("bn_test",),
        edits=(
            in_forward(
                "    return out, BatchNormCache",
                '    if mode == "test":\n        out = None\n    return out, BatchNormCache',
            ),
        ),
        may_cost=(*AFTER_TEST, "inputs"),
    ),
)
