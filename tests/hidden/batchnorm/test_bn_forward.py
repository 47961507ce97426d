"""Batch norm, forward: statistics, eps, modes, inputs."""

import numpy as np
import pytest
from draws import HUGE, SIZES, TOLERANCE, draw_batch

from grader.numeric.compare import expect, expect_close, expect_dtype, expect_finite, expect_shape

AXIS_HINT = "Each feature (column) is normalised over the examples (rows) of the batch."
EPS_HINT = "The paper adds eps to the variance, before the square root is taken."


@pytest.mark.criterion("bn_forward")
@pytest.mark.parametrize(("n", "d"), [*SIZES, (60, 8)])
def test_normalised_features_have_mean_0_and_deviation_1(student, rng, n, d):
    """With gamma = 1 and beta = 0, every feature has mean 0 and standard deviation 1."""
    batch = draw_batch(rng, n, d, HUGE)
    out, _ = student.batchnorm_forward(batch.x, np.ones(d), np.zeros(d), {"mode": "train"})
    expect_shape("out", out, (n, d))
    expect_finite("out", out)
    expect_close(
        "the mean of each feature",
        out.mean(axis=0),
        np.zeros(d),
        scale=1.0,
        tolerance=TOLERANCE,
        hint=AXIS_HINT,
    )
    expect_close(
        "the standard deviation of each feature",
        out.std(axis=0),
        np.ones(d),
        tolerance=TOLERANCE,
        hint="The variance of a batch is the mean of the squared deviations: divide by N.",
    )


@pytest.mark.criterion("bn_forward")
@pytest.mark.parametrize(("n", "d"), SIZES)
def test_values(student, reference, rng, n, d):
    """For any gamma and beta, every entry of the result is right."""
    batch = draw_batch(rng, n, d, HUGE)
    out, _ = student.batchnorm_forward(batch.x, batch.gamma, batch.beta, {"mode": "train"})
    expected, _ = reference.batchnorm_forward(batch.x, batch.gamma, batch.beta, {"mode": "train"})
    hint = "Scale by gamma and shift by beta, each once."
    expect_close("out", out, expected, tolerance=TOLERANCE, hint=hint)


@pytest.mark.criterion("bn_forward")
def test_gamma_and_beta_can_undo_it(student, rng):
    """With gamma = sqrt(var + eps) and beta = mean, the layer gives back its input."""
    batch = draw_batch(rng, 7, 4, HUGE)
    gamma = np.sqrt(batch.x.var(axis=0) + 1e-5)
    out, _ = student.batchnorm_forward(batch.x, gamma, batch.x.mean(axis=0), {"mode": "train"})
    expect_close("out", out, batch.x, tolerance=TOLERANCE)


@pytest.mark.criterion("bn_forward")
def test_a_constant_added_to_a_feature_changes_nothing(student, rng):
    """A constant added to a feature does not change the result."""
    batch = draw_batch(rng, 8, 5, HUGE)
    shift = HUGE * rng.standard_normal(5)
    arguments = (batch.gamma, batch.beta)
    out, _ = student.batchnorm_forward(batch.x, *arguments, {"mode": "train"})
    moved, _ = student.batchnorm_forward(batch.x + shift, *arguments, {"mode": "train"})
    expect_shape("out", moved, out.shape)
    expect_finite("out", out)
    expect_close("out after the shift", moved, out, tolerance=TOLERANCE)


@pytest.mark.criterion("bn_eps")
@pytest.mark.parametrize("spread", [1e-4, 3e-3])
def test_nearly_constant_features(student, reference, rng, spread):
    """eps decides the result where a feature hardly varies."""
    batch = draw_batch(rng, 12, 4, spread)
    out, _ = student.batchnorm_forward(batch.x, batch.gamma, batch.beta, {"mode": "train"})
    expected, _ = reference.batchnorm_forward(batch.x, batch.gamma, batch.beta, {"mode": "train"})
    expect_close("out", out, expected, tolerance=TOLERANCE, hint=EPS_HINT)


@pytest.mark.criterion("bn_eps")
@pytest.mark.parametrize("eps", [1e-2, 1e-8])
def test_eps_is_taken_from_bn_param(student, reference, rng, eps):
    """The eps in bn_param is the one that is used."""
    batch = draw_batch(rng, 10, 4, 1e-2)
    arguments = (batch.x, batch.gamma, batch.beta)
    out, _ = student.batchnorm_forward(*arguments, {"mode": "train", "eps": eps})
    expected, _ = reference.batchnorm_forward(*arguments, {"mode": "train", "eps": eps})
    expect_close("out", out, expected, tolerance=TOLERANCE, hint="Read eps from bn_param.")


@pytest.mark.criterion("bn_eps")
@pytest.mark.parametrize("n", [1, 6])
def test_no_variance_at_all(student, rng, n):
    """A constant feature, and a batch of one example, come out as beta."""
    batch = draw_batch(rng, 1, 4)
    x = np.repeat(batch.x.round(), n, axis=0)
    out, _ = student.batchnorm_forward(x, batch.gamma, batch.beta, {"mode": "train"})
    expect_close("out", out, np.tile(batch.beta, (n, 1)), tolerance=TOLERANCE, hint=EPS_HINT)


@pytest.mark.criterion("bn_eps")
@pytest.mark.parametrize("eps", [{}, {"eps": 1e-2}], ids=["default", "given"])
def test_eps_at_test_time(student, reference, rng, eps):
    """At test time eps is added to the running variance in the same way."""
    batch = draw_batch(rng, 6, 4, 1e-3)
    # The batch has just the running statistics: which of them is used is judged elsewhere.
    statistics = {"running_mean": batch.x.mean(axis=0), "running_var": batch.x.var(axis=0)}
    param = {"mode": "test", **eps, **statistics}
    arguments = (batch.x, batch.gamma, batch.beta)
    expected, _ = reference.batchnorm_forward(*arguments, dict(param))
    out, _ = student.batchnorm_forward(*arguments, dict(param))
    expect_close("out", out, expected, tolerance=TOLERANCE, hint=EPS_HINT)


@pytest.mark.criterion("bn_mode")
def test_unknown_mode(student, rng):
    """A mode that is neither train nor test is refused with ValueError."""
    batch = draw_batch(rng, 5, 3)
    arguments = (batch.x, batch.gamma, batch.beta)
    out, _ = student.batchnorm_forward(*arguments, {"mode": "train"})
    expect_shape("out", out, batch.x.shape)
    raised = student.raised_by("batchnorm_forward", *arguments, {"mode": "sideways"})
    expect(
        "ValueError" in raised,
        "an unknown mode is not refused as it should be",
        expected="ValueError",
        actual=raised[0] if raised else "accepted",
        hint="raise ValueError, and name the mode in its message.",
    )


# So many rows that a result for another x is hardly ever like this one; of 6 rows 18% were.
RELATED = (40, 4)
UNRELATED = "the result is not a normalised x, so nothing is known about the inputs"


@pytest.mark.criterion("inputs")
def test_forward_leaves_its_inputs_alone(student, reference, rng, tell):
    """The forward pass leaves x, gamma and beta as they were, and float64 stays float64."""
    for mode in ("train", "test"):
        batch = draw_batch(rng, *RELATED, HUGE)
        arguments = (batch.x, batch.gamma, batch.beta)
        statistics = {"running_mean": batch.x.mean(axis=0), "running_var": batch.x.var(axis=0)}
        out, _ = student.batchnorm_forward(*arguments, {"mode": mode, **statistics})
        changed = ", ".join(("x", "gamma", "beta")[i] for i in student.modified)
        expect(
            not changed,
            f"the forward pass ({mode} mode) changes its input",
            expected="x, gamma and beta as they were",
            actual=f"{changed} changed",
            hint="x -= mean writes into the caller's array; x - mean makes a new one.",
        )
        expect_dtype("out", out, np.float64)
        expected, _ = reference.batchnorm_forward(*arguments, {"mode": mode, **statistics})
        expect_related(out, expected)
    grown, _ = student.batchnorm_forward(10.0 * batch.x, *arguments[1:], {"mode": "train"})
    expect_related(grown, expected)
    expect(np.ptp(grown) < 3.0 * np.ptp(expected), UNRELATED)
    single = tuple(array.astype(np.float32) for array in arguments)
    values = student.attempt("batchnorm_forward", *single, {"mode": "train"})
    if values is None:
        tell("batchnorm_forward does not work on float32; that costs nothing here.")
    elif values[0].dtype != np.float32:
        name = values[0].dtype.name
        tell(f"batchnorm_forward turns float32 into {name}; that costs nothing here.")


@pytest.mark.criterion("inputs")
def test_layer_norm_forward_leaves_its_inputs_alone(student, reference, rng):
    """The forward pass of layer norm leaves x, gamma and beta as they were."""
    batch = draw_batch(rng, *RELATED, HUGE)
    arguments = (batch.x, batch.gamma, batch.beta)
    out, _ = student.layernorm_forward(*arguments, {})
    expect(
        not student.modified,
        "the forward pass of layer norm changes its input",
        expected="x, gamma and beta as they were",
        hint="x -= mean writes into the caller's array; x - mean makes a new one.",
    )
    expect_dtype("out", out, np.float64)
    expect_related(out, reference.layernorm_forward(*arguments, {})[0])


def expect_related(out, expected):
    """Demand a result that is normalised and depends on x; whether it is exact is judged above."""
    expect_shape("out", out, expected.shape)
    expect_finite("out", out)
    likeness = [abs(np.corrcoef(ours, theirs)[0, 1]) if np.ptp(ours) else 0.0
                for ours, theirs in zip(out.T, expected.T, strict=True)]  # fmt: skip
    expect(bool(np.median(likeness) > 0.5 and np.abs(out).max() < HUGE / 100), UNRELATED)
