from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.core.errors import ConfigurationError
from grader.core.late import LatePolicy, Span, duration, late_score, unused_extensions
from grader.core.report import Conditions, Report, Submission
from grader.core.score import Score, Status

BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 3, 1, 23, 59, tzinfo=BERLIN)
WEEK = Span(days=7)


def report(received="", earned=80.0, possible=100.0, **whose):
    status = Status.BROKEN if earned is None else Status.GRADED
    whose = {"student": "ada", "name": "hand-in", "digest": "00"} | whose
    return Report(
        Submission(received=received, **whose),
        Conditions("toy", "Toy", "1", "0", 0, "strong", []),
        Score(status, earned, possible, 0.0),
        [],
        [],
    )


def after_due(policy, **late):
    moment = policy.due.astimezone(UTC) + timedelta(**late)
    return late_score(policy, report(moment.isoformat()))


DAILY = LatePolicy(DUE, 10, "day", grace=Span(seconds=900), cap=50, cut_off=WEEK)


@pytest.mark.parametrize(
    ("late", "earned"),
    [
        ({"days": -3}, 80),
        ({}, 80),
        ({"minutes": 15}, 80),
        ({"minutes": 15, "microseconds": 1}, 70),
        ({"days": 1}, 70),
        ({"days": 1, "seconds": 1}, 60),
        ({"days": 6, "hours": 1}, 30),
        ({"days": 7}, 30),
        ({"days": 7, "seconds": 1}, 0),
    ],
)
def test_each_started_day_costs_up_to_the_cap_and_the_cut_off_everything(late, earned):
    assert after_due(DAILY, **late).earned == earned


def test_hours_and_points():
    hourly = LatePolicy(DUE, 1.5, "hour", "points")
    assert after_due(hourly, hours=2, seconds=1).deducted == 4.5
    percent = LatePolicy(DUE, 1, "hour")
    late = late_score(percent, report("2026-03-02T01:00:00+01:00", 150.0, 165.0))
    assert (late.deducted, late.earned) == (3.3, 146.7)


def test_the_sentence_says_how_late_and_what_it_costs():
    assert after_due(DAILY, days=1, hours=2).sentence == (
        "handed in 1 day 2 h late, 2 days started: 20% of the points possible (20) deducted, "
        "at most what was earned"
    )
    assert after_due(DAILY, minutes=5).sentence == "handed in 5 min late, within the grace"
    assert "nothing" in after_due(DAILY, days=8).sentence
    assert after_due(DAILY).sentence == ""


def test_a_day_ends_at_the_same_time_of_the_clock_when_clocks_change():
    # Clocks go forward in the night to 29 March 2026 in Berlin: that day has 23 hours.
    spring = LatePolicy(datetime(2026, 3, 28, 23, 59, tzinfo=BERLIN), 10)
    assert late_score(spring, report("2026-03-29T23:59:00+02:00")).deducted == 10
    assert late_score(spring, report("2026-03-29T23:59:01+02:00")).deducted == 20
    # And back in the night to 25 October: that day has 25 hours.
    autumn = LatePolicy(datetime(2026, 10, 24, 23, 59, tzinfo=BERLIN), 10, cut_off=Span(days=1))
    assert late_score(autumn, report("2026-10-25T23:59:00+01:00")).deducted == 10
    assert late_score(autumn, report("2026-10-25T23:59:01+01:00")).earned == 0


def test_an_hour_that_the_clock_shows_twice_means_the_later_one():
    twice = LatePolicy(datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), 10)
    assert late_score(twice, report("2026-10-25T02:30:00+01:00")).deducted == 0


def test_bonus_is_not_taken_twice_and_nothing_falls_below_0():
    policy = LatePolicy(DUE, 30)
    late = "2026-03-04T12:00:00Z"
    assert late_score(policy, report(late, 108.0)).earned == 18
    nothing = late_score(policy, report(late, 5.0))
    assert (nothing.earned, nothing.deducted) == (0, 5)


@pytest.mark.parametrize("received", ["", "yesterday", "2026-03-09T00:00:00"])
def test_who_came_at_an_unknown_time_is_not_late_and_it_is_said(received):
    late = late_score(DAILY, report(received))
    assert (late.earned, late.deducted, late.late_by, late.person) == (80, 0, None, False)
    assert "not known" in late.sentence


def test_a_mere_mark_is_for_a_person():
    marked = late_score(DAILY, report(ids={"canvas": "7", "late": "yes"}))
    assert (marked.earned, marked.late_by, marked.person) == (80, None, True)
    timed = report("2026-03-02T08:00:00+01:00", ids={"late": "yes"})
    assert late_score(DAILY, timed).earned == 70


def test_a_withheld_score_stays_withheld():
    late = late_score(DAILY, report("2026-03-09T09:00:00Z", None))
    assert (late.earned, late.deducted) == (None, None)


def test_an_extension_is_found_by_any_name_and_holds_for_a_group():
    until = datetime(2026, 3, 3, 23, 59, tzinfo=BERLIN)
    policy = LatePolicy(DUE, 10, extensions={"zoë müller": until, "s12": until, "nemo": until})
    late = "2026-03-03T12:00:00+01:00"
    class_ = [
        report(late, student="Zoë  MÜLLER"),
        report(late, student="bo", ids={"sid": "S12"}),
        report(late, student="team", members=["Zoë Müller", "Ann"]),
        report(late, student="late", ids={"late": "nemo"}),
        report(late, student="duo", members=["x", "y"], member_ids=[{}, {"sid": "s12"}]),
    ]
    assert [late_score(policy, one).earned for one in class_] == [80, 80, 80, 60, 80]
    assert unused_extensions(policy, class_) == ["nemo"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"due": DUE.replace(tzinfo=None)}, "time zone"),
        ({"rate": -1}, "rate"),
        ({"rate": float("nan")}, "rate"),
        ({"cap": 101}, "cap"),
        ({"grace": Span(days=8), "cut_off": WEEK}, "cut-off"),
        ({"due": datetime(9999, 12, 31, tzinfo=UTC)}, "years"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(wrong, told):
    with pytest.raises(ConfigurationError, match=told):
        LatePolicy(**{"due": DUE} | wrong)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=2, hours=3, minutes=4, seconds=5), "2 days 3 h 4 min"),
    ],
)
def test_durations_are_told_in_words(length, words):
    assert duration(length) == words


moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - the zone is drawn
    datetime(2026, 12, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, BERLIN]),
)
policies = st.builds(
    LatePolicy,
    due=moments,
    rate=st.floats(0, 100),
    per=st.sampled_from(["day", "hour"]),
    unit=st.sampled_from(["percent", "points"]),
    grace=st.builds(Span, st.just(0), st.floats(0, 7200)),
    cap=st.none() | st.floats(0, 100),
    cut_off=st.none() | st.builds(Span, st.integers(1, 9), st.floats(0, 90000)),
)
lateness = st.timedeltas(timedelta(days=-2), timedelta(days=12))
scores = st.floats(0, 200)


def received(policy, late, **more):
    return report((policy.due.astimezone(UTC) + late).isoformat(), **more)


@settings(derandomize=True, deadline=None)
@given(policies, lateness, scores)
def test_never_more_than_was_earned_and_never_less_than_nothing(policy, late, earned):
    found = late_score(policy, received(policy, late, earned=earned))
    assert 0 <= found.earned <= earned
    assert found.earned == pytest.approx(earned - found.deducted, abs=0.006)
    if late <= timedelta():
        assert found.earned == earned


@settings(derandomize=True, deadline=None)
@given(policies, lateness, lateness, scores)
def test_later_is_never_better(policy, one, other, earned):
    first, last = sorted([one, other])
    early = late_score(policy, received(policy, first, earned=earned))
    late = late_score(policy, received(policy, last, earned=earned))
    assert late.earned <= early.earned


@settings(derandomize=True, deadline=None)
@given(policies, lateness, scores, moments)
def test_an_extension_never_hurts(policy, late, earned, until):
    extended = replace(policy, extensions={"ada": until})
    hand_in = received(policy, late, earned=earned)
    assert late_score(extended, hand_in).earned >= late_score(policy, hand_in).earned
