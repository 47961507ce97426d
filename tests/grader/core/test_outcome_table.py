"""The table of outcomes: every outcome has a row, and the row decides what is earned."""

import pytest

from grader.core.outcome import MEANINGS, Outcome, worst

# What docs/design.md promises: outcome -> (earns, whose fault).
PROMISED = {
    "PASSED": ("all", "nobody"),
    "PARTIAL": ("fraction", "student"),
    "FAILED": ("nothing", "student"),
    "MISSING": ("nothing", "student"),
    "UNREADABLE": ("nothing", "student"),
    "RAISED": ("nothing", "student"),
    "TIMED_OUT": ("nothing", "student"),
    "CRASHED": ("nothing", "student"),
    "OVER_LIMIT": ("nothing", "student"),
    "BUILD_FAILED": ("nothing", "student"),
    "SKIPPED": ("nothing", "student"),
    "BROKEN": ("withheld", "grader"),
    "AWAITING": ("pending", "nobody"),
}


def test_table_says_what_was_promised():
    assert {str(o): (m.earns, m.fault) for o, m in MEANINGS.items()} == PROMISED


def test_every_outcome_has_a_row():
    assert set(MEANINGS) == set(Outcome)
    assert all(outcome.meaning is MEANINGS[outcome] for outcome in Outcome)


def test_what_is_our_fault_is_never_worth_nothing():
    ours = [meaning for meaning in MEANINGS.values() if meaning.fault == "grader"]
    assert ours
    assert all(meaning.earns == "withheld" for meaning in ours)


def test_every_outcome_reads_differently():
    sentences = [meaning.sentence for meaning in MEANINGS.values()]
    assert all(sentences)
    assert len(set(sentences)) == len(sentences)


def test_no_two_outcomes_are_equally_bad():
    assert sorted(meaning.rank for meaning in MEANINGS.values()) == list(range(len(Outcome)))


def test_worst_of_no_outcome_is_a_pass():
    assert worst([]) is Outcome.PASSED


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("PASSED", "PARTIAL"),
        ("PARTIAL", "FAILED"),
        ("SKIPPED", "FAILED"),
        ("FAILED", "RAISED"),
        ("CRASHED", "AWAITING"),
        ("AWAITING", "BROKEN"),
    ],
)
def test_worst_decides_in_any_order(better, worse):
    better, worse = Outcome(better), Outcome(worse)
    assert worst([better, worse]) is worst([worse, better]) is worse
