"""What is told before grading: counts, everything odd, and never more than can be read."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.core.matching import Match, Matching
from grader.render.matching import counts_line, matching_lines, matching_table

ANN = Match("Ann Lee", "leeann_7_1_layers.py", "canvas", late=True, by="id")
BOB = Match("Bob", "Bob_8_assignsubmission_file", "moodle", remarks=("renamed file: a → b",))
PAIR = Match("A, B", "submission_1", "gradescope", "2024-03-01T09:00:00-08:00",
             members=("A", "B"), by="e-mail")  # fmt: skip


@pytest.fixture
def shown():
    """Return a function that prints a table as a terminal of 140 columns shows it."""

    def show(matching):
        console = Console(file=io.StringIO(), width=140)
        console.print(matching_table(matching))
        return console.file.getvalue()

    return show


def test_the_line_of_counts():
    matching = Matching([ANN, BOB, PAIR], [("x.txt", "why")], ["Bob"], ["Gus", "Hal"])
    assert counts_line(matching) == (
        "3 hand-ins from Canvas, Moodle and Gradescope: 2 on the roster, 1 not on the roster, "
        "1 late, 1 by groups; 1 name matches nobody; 2 on the roster handed in nothing"
    )
    assert counts_line(Matching([Match("ann", "ann", "plain")])) == "1 hand-in"


def test_a_plain_class_with_nothing_odd_is_graded_without_a_word():
    assert matching_lines(Matching([Match("ann", "ann", "plain")])) == []
    assert matching_lines(Matching([Match("ann", "ann", "plain", by="name")])) != []
    assert matching_lines(Matching([ANN])) == [
        "1 hand-in from Canvas: 1 on the roster, 1 late"
    ]  # fmt: skip


def test_everything_odd_has_its_line():
    matching = Matching([ANN, BOB], [("x.txt", "why")], ["Bob"], ["Gus", "Hal"])
    assert matching_lines(matching)[1:] == [
        "Bob: renamed file: a → b",
        "Matched nobody: x.txt (why)",
        "Not on the roster: Bob",
        "Handed in nothing: Gus, Hal",
    ]


def test_a_thousand_odd_ones_stay_readable():
    many = [f"s{number}" for number in range(1000)]
    lines = matching_lines(Matching([ANN], [(name, "why") for name in many], many, many))
    assert len(lines) == 24
    assert lines[21] == "… and 980 more; --dry-run shows all"
    assert all(line.endswith("… and 980 more; --dry-run shows all") for line in lines[21:])
    assert max(map(len, lines)) < 200


def test_the_table_has_a_row_for_everyone(shown):
    matching = Matching([ANN, BOB, PAIR], [("x.txt", "why")], ["Bob"], ["Gus"])
    rows = [" ".join(line.split()) for line in shown(matching).splitlines()]
    assert rows == [
        "student handed in received what to know",
        "Ann Lee leeann_7_1_layers.py late on the roster, by id",
        "Bob Bob_8_assignsubmission_file not on the roster; renamed file: a → b",
        "A, B submission_1 2024-03-01 09:00 -08:00 on the roster, by e-mail; group of A and B",
        "nobody x.txt why",
        "Gus nothing on the roster",
    ]


def test_nothing_that_a_stranger_wrote_is_markup(shown):
    match = Match("[red]x[/red]", "[/]", "canvas", remarks=("[bold]",))
    for words in ("[red]x[/red]", "[/]", "[bold]"):
        assert words in shown(Matching([match]))
