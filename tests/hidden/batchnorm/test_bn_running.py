"""Batch norm: running averages while training, and their use at test time."""

import dataclasses

import numpy as np
import pytest
from draws import HUGE, TOLERANCE, draw_batch, running

from grader.numeric.compare import Mismatch, expect, expect_close, expect_finite, expect_shape

MOMENTUM_HINT = "How much of the old average stays: momentum, or 1 - momentum?"
VARIANCE_HINT = "And is it the variance of the batch, divided by N, without eps, starting from 0?"
STATISTICS = ("running_mean", "running_var")


def train(student, batch, param):
    out, _ = student.batchnorm_forward(batch.x, batch.gamma, batch.beta, param)
    return out


def expect_running(student_param, expected, d, hint=MOMENTUM_HINT):
    for key in STATISTICS:
        value = running(student_param, key, d)
        words = hint if key == "running_mean" else f"{hint} {VARIANCE_HINT}"
        expect_close(key, value, expected[key], tolerance=TOLERANCE, hint=words)


@pytest.mark.criterion("bn_running")
@pytest.mark.parametrize("momentum", [None, 0.6, 0.05])
def test_first_update(student, rng, momentum):
    """After one batch the averages have moved from 0 by 1 - momentum of the way (default 0.9)."""
    # So little spread that an eps that got into the average would show.
    batch = draw_batch(rng, 4, 5, 0.05)
    param = {"mode": "train"} | ({} if momentum is None else {"momentum": momentum})
    train(student, batch, param)
    share = 1.0 - (0.9 if momentum is None else momentum)
    statistics = {"running_mean": batch.x.mean(axis=0), "running_var": batch.x.var(axis=0)}
    expect_running(param, {key: share * value for key, value in statistics.items()}, 5)


@pytest.mark.criterion("bn_running")
def test_update_of_given_averages(student, reference, rng):
    """Averages that bn_param already holds are carried on."""
    batch = draw_batch(rng, 6, 3)
    before = {
        "running_mean": 10.0 * rng.standard_normal(3),
        "running_var": rng.uniform(5.0, 50.0, 3),
    }
    mine, theirs = {"mode": "train", **before}, {"mode": "train", **before}
    train(student, batch, mine)
    reference.batchnorm_forward(batch.x, batch.gamma, batch.beta, theirs)
    expect_running(mine, theirs, 3)


@pytest.mark.criterion("bn_running")
def test_after_many_batches(student, rng):
    """A running average is the exponentially weighted mean of the batches."""
    momentum, steps, d = 0.8, 12, 4
    batches = [draw_batch(rng, 5, d) for _ in range(steps)]
    param = {"mode": "train", "momentum": momentum}
    calls = [(batch.x, batch.gamma, batch.beta) for batch in batches]
    student.in_turn("batchnorm_forward", calls, param)
    weights = (1.0 - momentum) * momentum ** np.arange(steps - 1, -1, -1)
    expected = {
        "running_mean": weights @ [batch.x.mean(axis=0) for batch in batches],
        "running_var": weights @ [batch.x.var(axis=0) for batch in batches],
    }
    expect_running(param, expected, d)


@pytest.mark.criterion("bn_running")
def test_approach(student, rng):
    """When all batches have the same mean, the running mean approaches it step by step."""
    steps, batch = 20, draw_batch(rng, 5, 1)
    target = float(batch.x.mean())
    param = {"mode": "train"}
    calls = [(batch.x, batch.gamma, batch.beta)] * steps
    states = student.in_turn("batchnorm_forward", calls, param)
    reached = [float(running(state, "running_mean", 1)[0]) / target for state in states]
    expected = 1.0 - 0.9 ** np.arange(1, steps + 1)
    try:
        expect_close(
            "the approach of running_mean", np.asarray(reached), expected, tolerance=TOLERANCE
        )
    except Mismatch as error:
        # Shares of the way, not values: nothing hidden is in this picture.
        curves = {"as it should be": [float(f"{v:.4g}") for v in expected], "yours": reached}
        raise Mismatch(dataclasses.replace(error.difference, curves=curves)) from None


@pytest.mark.criterion("bn_test")
def test_uses_the_running_values(student, reference, rng):
    """At test time the running statistics normalise, and gamma and beta still apply."""
    batch = draw_batch(rng, 7, 4, HUGE)
    param = {
        "mode": "test",
        "running_mean": HUGE * rng.standard_normal(4),
        "running_var": (HUGE * rng.uniform(0.5, 2.0, 4)) ** 2,
    }
    arguments = (batch.x, batch.gamma, batch.beta)
    expected, _ = reference.batchnorm_forward(*arguments, dict(param))
    out, _ = student.batchnorm_forward(*arguments, dict(param))
    hint = "No statistic of the batch takes part at test time."
    expect_close("out", out, expected, tolerance=TOLERANCE, hint=hint)


@pytest.mark.criterion("bn_test")
def test_rows_do_not_see_each_other(student, rng):
    """At test time each example gives the same result alone as in a batch."""
    batch = draw_batch(rng, 5, 3, HUGE)
    statistics = {
        "running_mean": HUGE * rng.standard_normal(3),
        "running_var": (HUGE * rng.uniform(0.5, 2.0, 3)) ** 2,
    }
    arguments = (batch.gamma, batch.beta)
    together, _ = student.batchnorm_forward(batch.x, *arguments, {"mode": "test", **statistics})
    alone = student.batch(
        "batchnorm_forward",
        [(row[None, :], *arguments, {"mode": "test", **statistics}) for row in batch.x],
    )
    for out, _ in alone:
        expect_shape("out for one example", out, (1, 3))
    rows = np.vstack([out for out, _ in alone])
    expect_finite("out", together)
    expect_close("out, one example at a time", rows, together, tolerance=TOLERANCE)
    expect(
        bool(np.ptp(together.astype(float), axis=0).min() > 0),
        "the result does not depend on the example",
        hint="Normalise x itself.",
    )


@pytest.mark.criterion("bn_test")
def test_nothing_is_updated(student, reference, rng):
    """At test time the running statistics stay as they are."""
    batch = draw_batch(rng, 6, 3, HUGE)
    before = {
        "running_mean": HUGE * rng.standard_normal(3),
        "running_var": (HUGE * rng.uniform(0.5, 2.0, 3)) ** 2,
    }
    param = {"mode": "test", **{key: value.copy() for key, value in before.items()}}
    arguments = (batch.x, batch.gamma, batch.beta)
    out, _ = student.batchnorm_forward(*arguments, param)
    expected, _ = reference.batchnorm_forward(*arguments, {"mode": "test", **before})
    expect_shape("out", out, expected.shape)
    for key in STATISTICS:
        hint = "Only training batches move the averages."
        expect_close(key, running(param, key, 3), before[key], tolerance=1e-12, hint=hint)
