"""What an audit concludes from what it found."""

from dataclasses import replace

import pytest

from grader.core.audit import (
    IN_VARIANT,
    Audit,
    CheckValue,
    Flake,
    Flakes,
    Mutants,
    Survivor,
    Tolerance,
    Verdict,
)

HOLDS = Audit(
    assignment="toy",
    title="Toy",
    version="1",
    grader="0",
    criteria={"adds": "Adds"},
    verdicts=[
        Verdict("solution", "solution"),
        Verdict("swapped", "misconception", "swapped", {"adds": 1.0}, named=["swapped"]),
    ],
    checks=[],
    tolerances=[],
    flakes=Flakes(2000),
    mutants=Mutants(killed=99, equivalent=5, unreached=0),
)


def test_what_holds_has_no_shortcomings():
    assert HOLDS.shortcomings == []


def test_a_verdict_that_complains_is_a_shortcoming():
    verdict = Verdict("loops", "variant", complaints=["is correct and loses 50% of adds"])
    found = replace(HOLDS, verdicts=[*HOLDS.verdicts, verdict]).shortcomings
    assert found == ["variant loops: is correct and loses 50% of adds"]


def test_a_flake_is_a_shortcoming():
    found = replace(HOLDS, flakes=Flakes(2000, [Flake("loops", 7, "test_add")])).shortcomings
    assert found == ["loops is correct and lost test_add with seed 7"]


def test_a_check_that_notices_no_misconception_is_a_shortcoming():
    idle = CheckValue("t.py::test_adds", "adds", "It adds.", [])
    found = replace(HOLDS, checks=[*HOLDS.checks, idle]).shortcomings
    assert found == ["check t.py::test_adds notices no misconception"]


def test_an_audit_without_misconceptions_shows_nothing():
    [found] = replace(HOLDS, verdicts=[]).shortcomings
    assert found.startswith("no misconceptions are listed")


@pytest.mark.parametrize(("survivors", "short"), [(1, False), (2, True)])
def test_one_generic_change_in_a_hundred_may_survive(survivors, short):
    survivor = Survivor("f.py", 1, "sign", "a + b", "a - b")
    mutants = Mutants(100 - survivors, 0, 0, [survivor] * survivors)
    assert bool(replace(HOLDS, mutants=mutants).shortcomings) is short


@pytest.mark.parametrize("kind", ["misconception", IN_VARIANT])
@pytest.mark.parametrize(("named", "short"), [(19, False), (18, True)])
def test_nineteen_of_twenty_mistakes_are_called_by_their_name(kind, named, short):
    verdicts = [
        Verdict(f"m{n} in loops", kind, named=[f"m{n}"] if n < named else []) for n in range(20)
    ]
    others = [] if kind == "misconception" else HOLDS.verdicts
    found = replace(HOLDS, verdicts=[*others, *verdicts]).shortcomings
    assert bool(found) is short
    if short:
        words = "only 18 of 20 are called by their name; not m18 in loops, m19 in loops"
        assert found == [f"{kind}: {words}"]


@pytest.mark.parametrize(
    ("runs", "failures", "bound"),
    # 1 - 0.05 ** (1 / n) without a failure; tables of Clopper and Pearson with one and two.
    [(2000, 0, 0.0014967), (20, 0, 0.13911), (10, 1, 0.39416), (10, 2, 0.50690), (1, 1, 1.0)],
)
def test_the_bound_is_that_of_clopper_and_pearson(runs, failures, bound):
    flakes = Flakes(runs, [Flake("x", seed, "c") for seed in range(failures)])
    assert flakes.bound == pytest.approx(bound, abs=2e-5)


def test_two_checks_lost_with_one_seed_are_one_failure():
    two = [Flake("x", 1, "a"), Flake("x", 1, "b")]
    assert Flakes(10, two).bound == Flakes(10, two[:1]).bound


def test_decades_are_counted_from_the_tolerance():
    below, above = Tolerance("c", 1e-6, "loops", 1e3, "swapped").decades
    assert below == pytest.approx(6)
    assert above == pytest.approx(3)
    assert Tolerance("c", 0.0, "loops", None, "").decades == (None, None)
