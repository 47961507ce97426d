from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.core.finding import Finding
from grader.core.outcome import Outcome
from grader.render.text import class_table, one_line, summary_line


def shown(reports, width=80):
    target = io.StringIO()
    Console(file=target, width=width, color_system=None).print(class_table(reports))
    return target.getvalue()


def row_of(text, student):
    return next(line for line in text.splitlines() if line.startswith(student))


def test_the_table_fits_a_terminal_of_80_columns(klass):
    text = shown(klass)
    assert max(map(len, text.splitlines())) <= 80
    assert row_of(text, "ada").split()[1:4] == ["55", "/", "100"]


def test_a_row_says_what_to_look_at_first(klass):
    text = shown(klass, width=120)
    assert "failed: Backward pass: dx" in row_of(text, "ada")
    assert "not graded: Forward pass" in row_of(text, "bea")
    assert "raised: the file does not load: SyntaxError" in row_of(text, "dov")
    assert row_of(text, "cem").split()[-1] == "graded"


def test_a_withheld_score_is_not_shown_as_0(withheld):
    assert "- / 100" in row_of(shown([withheld]), "bea")


def test_bonus_has_a_column_only_where_somebody_earned_it(perfect, unreadable):
    # Nobody may read it as points that come on top of those 108.
    text = shown([perfect, unreadable])
    assert row_of(text, "cem").split()[1:5] == ["108", "/", "100", "8"]
    assert "incl." in text
    assert "+8" not in text
    assert one_line(perfect) == "cem: 108 / 100, 8 of them bonus"
    assert one_line(unreadable) == "dov: 0 / 100"
    assert "bonus" not in shown([unreadable])


def test_a_contradiction_is_seen_on_a_terminal(make_report, a_notebook):
    report = make_report("eli", notebook=a_notebook("CONTRADICTS"))
    assert "contradicts: n0 error in the notebook" in row_of(shown([report], 100), "eli")
    assert "contradicts: n0 error" in row_of(shown([report]), "eli")


def test_names_are_not_read_as_markup(make_report):
    text = shown([make_report("[red]x[/red] [link=evil]")], width=120)
    assert "[red]x[/red]" in text


def test_hostile_words_do_not_break_the_table(make_report):
    fault = (Outcome.RAISED, 0.0, Finding("[/nonsense] [bold"))
    assert "[/nonsense] [bold" in shown([make_report("x", every=fault)], width=120)


@pytest.mark.parametrize(
    ("names", "line"),
    [
        ([], "no hand-ins"),
        (["perfect"], "1 hand-in: 1 graded; median 108 of 100"),
        (["withheld"], "1 hand-in: 1 could not be graded"),
        (
            ["perfect", "unreadable", "withheld"],
            "3 hand-ins: 2 graded, 1 could not be graded; median 54 of 100",
        ),
        (
            ["perfect", "full"],
            "2 hand-ins: 1 graded, 1 awaits a person; median so far 81.5 of 100",
        ),
    ],
)
def test_one_line_sums_up_a_class(request, names, line):
    assert summary_line([request.getfixturevalue(name) for name in names]) == line
