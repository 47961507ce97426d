"""Ratios of paired timings: what is clear is decided, what is close is measured again."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grader.numeric.speedup import CLOSE_CALL, PASS_RATIO, TOO_NOISY, Verdict, judge

DETERMINISTIC = settings(derandomize=True, deadline=None, max_examples=200)
ratio_lists = st.lists(st.floats(0.01, 100.0), min_size=4, max_size=45)


def around(center, noise=0.02, pairs=15):
    """Return ratios around `center`, evenly spread from -noise to +noise of it."""
    return list(center * (1.0 + noise * np.linspace(-1.0, 1.0, pairs)))


@pytest.mark.parametrize("final", [True, False])
@pytest.mark.parametrize("center", [0.05, 0.4, 0.7, 0.79])
def test_clearly_faster(center, final):
    speedup = judge(around(center), final=final)
    assert speedup.verdict is Verdict.FASTER
    assert speedup.ratio == pytest.approx(center)


@pytest.mark.parametrize("final", [True, False])
@pytest.mark.parametrize("center", [1.51, 3.0, 50.0])
def test_clearly_not_faster(center, final):
    assert judge(around(center), final=final).verdict is Verdict.NOT_FASTER


@pytest.mark.parametrize("center", [0.81, 0.89, 0.9, 0.95, 1.04, 1.19, 1.45])
def test_a_close_call_is_measured_again(center):
    assert judge(around(center), final=False).verdict is Verdict.MEASURE_AGAIN


@pytest.mark.parametrize(
    ("center", "verdict"),
    [
        (0.81, Verdict.FASTER),
        (0.9, Verdict.FASTER),
        (0.91, Verdict.NOT_FASTER),
        (1.04, Verdict.NOT_FASTER),
        (1.45, Verdict.NOT_FASTER),
    ],
)
def test_a_close_call_is_decided_in_the_end(center, verdict):
    assert judge(around(center, noise=0.0), final=True).verdict is verdict


@pytest.mark.parametrize("center", [0.7, 0.9, 1.2])
def test_noise_around_the_bar_is_inconclusive_only_in_the_end(center):
    ratios = around(center, noise=0.9)
    assert judge(ratios, final=False).verdict is Verdict.MEASURE_AGAIN
    assert judge(ratios, final=True).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(("center", "verdict"), [(0.7, Verdict.FASTER), (1.2, Verdict.NOT_FASTER)])
def test_what_a_noisy_round_leaves_open_more_of_them_decide(center, verdict):
    one = around(center, noise=0.9, pairs=16)
    assert judge(one, final=True).verdict is Verdict.INCONCLUSIVE
    assert judge(one * 6, final=True).verdict is verdict


@pytest.mark.parametrize(("center", "verdict"), [(0.3, Verdict.FASTER), (4.0, Verdict.NOT_FASTER)])
def test_noise_away_from_the_bar_does_not_matter(center, verdict):
    ratios = around(center, noise=0.9)
    assert judge(ratios, final=True).spread > TOO_NOISY
    assert judge(ratios, final=True).verdict is verdict


def test_one_interruption_does_not_matter():
    ratios = [*around(0.5, pairs=14), 400.0]
    assert judge(ratios, final=False).verdict is Verdict.FASTER
    assert judge([*around(1.6, pairs=14), 0.001], final=False).verdict is Verdict.NOT_FASTER


def test_times_too_short_for_the_clock_say_nothing():
    assert judge([0.0] * 8, final=False).verdict is Verdict.MEASURE_AGAIN
    assert judge([0.0] * 24, final=True).verdict is Verdict.INCONCLUSIVE


def test_a_first_round_decides_nothing_whose_median_may_be_at_the_bar():
    ratios = [0.85, 0.88, 0.95, 1.05, 1.07, 1.08, 1.10, 1.12]
    assert judge(ratios, final=False).verdict is Verdict.MEASURE_AGAIN
    assert judge(ratios, final=True).verdict is Verdict.NOT_FASTER


def test_the_bar_lies_inside_the_close_call():
    assert CLOSE_CALL[0] < PASS_RATIO < CLOSE_CALL[1]


@DETERMINISTIC
@given(ratio_lists, st.booleans())
def test_verdicts_fit_the_round(ratios, final):
    unwanted = Verdict.MEASURE_AGAIN if final else Verdict.INCONCLUSIVE
    assert judge(ratios, final=final).verdict is not unwanted


@DETERMINISTIC
@given(ratio_lists)
def test_nobody_loses_who_is_faster_every_time(ratios):
    faster = [0.89 * ratio / max(ratios) for ratio in ratios]
    assert judge(faster, final=True).verdict is Verdict.FASTER


@DETERMINISTIC
@given(ratio_lists)
def test_nobody_wins_who_is_slower_every_time(ratios):
    slower = [0.91 * ratio / min(ratios) for ratio in ratios]
    assert judge(slower, final=True).verdict is Verdict.NOT_FASTER


@DETERMINISTIC
@given(ratio_lists, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_pairs_does_not_count(ratios, random, final):
    shuffled = list(ratios)
    random.shuffle(shuffled)
    assert judge(shuffled, final=final) == judge(ratios, final=final)


@DETERMINISTIC
@given(st.floats(0.05, 20.0), st.floats(0.0, 0.9), st.floats(0.0, 1.0))
def test_less_noise_never_makes_a_verdict_doubtful(center, noise, calmer):
    loud, calm = (judge(around(center, s), final=True) for s in (noise, noise * calmer))
    assert calm.spread <= loud.spread + 1e-12
    assume(loud.verdict is not Verdict.INCONCLUSIVE)
    assert calm.verdict is loud.verdict


@DETERMINISTIC
@given(ratio_lists, st.floats(0.1, 10.0))
def test_spread_has_no_unit(ratios, factor):
    scaled = judge([factor * ratio for ratio in ratios], final=True)
    assert scaled.spread == pytest.approx(judge(ratios, final=True).spread)
