"""An assignment that contradicts itself is refused at birth, with the reason."""

import math

import pytest

from grader.core.assignment import Assignment, Criterion, File, Function, Limits
from grader.core.errors import ConfigurationError


def assignment(**changes):
    parts = {
        "title": "Batch norm",
        "version": "1.0",
        "files": [File("layers.py"), File("gradient_check.py", "given")],
        "functions": [Function("forward", "layers.py", ["out", "cache"], ["cache"])],
        "criteria": [Criterion("fwd", "Forward", 6), Criterion("extra", "Extra", 4, bonus=True)],
    }
    return Assignment(**{**parts, **changes})


def test_points_possible_exclude_bonus():
    assert assignment().possible == 6


def test_files_by_role():
    made = assignment()
    assert (made.student_files, made.given_files) == (["layers.py"], ["gradient_check.py"])


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"criteria": []}, r"no \[\[criteria\]\]"),
        ({"files": []}, r'no \[\[files\]\] with role "student"'),
        ({"files": [File("layers.py", "given")]}, r'no \[\[files\]\] with role "student"'),
        (
            {"criteria": [Criterion("fwd", "One", 1), Criterion("fwd", "Two", 2)]},
            "criterion 'fwd' stands twice",
        ),
        (
            {"files": [File("layers.py"), File("layers.py", "given")]},
            r"file 'layers\.py' stands twice",
        ),
        (
            {"functions": [Function("f", "layers.py", ["a"]), Function("f", "layers.py", ["b"])]},
            "function 'f' stands twice",
        ),
        (
            {"functions": [Function("f", "solver.py", ["a"])]},
            r"function 'f' is in 'solver\.py', which is not in \[\[files\]\]",
        ),
    ],
)
def test_contradictions(changes, complaint):
    with pytest.raises(ConfigurationError, match=complaint):
        assignment(**changes)


def test_all_that_stand_twice_are_named():
    names = ["a", "b", "c", "b", "a"]
    with pytest.raises(ConfigurationError, match="criterion 'a', 'b' stands twice"):
        assignment(criteria=[Criterion(name, name, 1) for name in names])


def test_a_function_needs_returned_values():
    with pytest.raises(ConfigurationError, match="function 'f' needs `returns`"):
        Function("f", "layers.py", [])


def test_a_function_keeps_only_what_it_returns():
    with pytest.raises(ConfigurationError, match=r"function 'f' keeps .*'state'.*does not return"):
        Function("f", "layers.py", ["out", "cache"], keep=["cache", "state"])


@pytest.mark.parametrize("name", ["", "Forward", "bn forward", "1st", "bn-forward", "bn\n", "ä"])
def test_criterion_ids_are_plain(name):
    with pytest.raises(ConfigurationError, match="use lower-case letters, digits and _"):
        Criterion(name, "Forward", 1)


@pytest.mark.parametrize("name", ["a", "bn_forward", "q1", "x_2_y"])
def test_plain_criterion_ids_pass(name):
    assert Criterion(name, "Forward", 1).id == name


@pytest.mark.parametrize("points", [0, -1, -0.5, math.nan, math.inf])
def test_points_are_positive_and_finite(points):
    with pytest.raises(ConfigurationError, match="criterion 'fwd': points must be"):
        Criterion("fwd", "Forward", points)


@pytest.mark.parametrize(
    "name", ["call_seconds", "load_seconds", "total_seconds", "memory_mb", "output_mb"]
)
@pytest.mark.parametrize("value", [0, -3, math.nan])
def test_limits_are_positive(name, value):
    with pytest.raises(ConfigurationError, match=rf"limits\.{name} must be above 0, not"):
        Limits(**{name: value})


def test_defaults_of_the_limits_are_usable():
    assert all(value > 0 for value in vars(Limits()).values())
