"""What a notebook shows, held against what its code gives; the sentence is for the instructor."""

import math

import pytest

from grader.notebook.align import align
from grader.notebook.evidence import (
    ERROR,
    SCORE,
    TIME,
    VALUE,
    Number,
    Reading,
    Verdict,
    agree,
    compare,
    evidence_of,
    hold,
    numbers,
    rule_for,
)

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("label", "unit", "rule"),
    [
        ("dx error", "", ERROR),
        ("W1 relative error", "", ERROR),
        ("dgamma difference", "", ERROR),
        ("Initial loss", "", VALUE),
        ("means", "", VALUE),
        ("Final test accuracy", "", SCORE),
        ("val_acc", "", SCORE),
        ("speedup", "", TIME),
        ("ratio", "x", TIME),
        ("training took", "", TIME),
        ("fast version", "ms", TIME),
    ],
)
def test_the_label_tells_the_rule(label, unit, rule):
    assert rule_for(label, unit) is rule


def test_percent_are_hundredths():
    assert agree([51.0], [45.0], rule_for("accuracy", "%"))
    assert not agree([51.0], [30.0], rule_for("accuracy", "%"))


@pytest.mark.parametrize(
    ("shown", "code", "same"),
    [
        (1.7e-9, 3.1e-9, True),
        (1.7e-9, 8e-13, True),
        (0.0, 4e-13, True),
        (0.0, 0.0, True),
        (1.1e-4, 3e-4, True),
        (1.1e-4, 5e-6, True),
        (2e-6, 9e-7, True),
        (1.7e-9, 0.83, False),
        (1.7e-9, 1e-3, False),
        (0.83, 1.7e-9, False),
        (1.1e-4, 0.5, False),
        (0.83, 0.91, True),
        (1.0, 1e-2, True),
        (1.0, 9e-3, False),
        (1e-9, 1.01e-4, False),
        (1e-9, 0.99e-4, True),
        (NAN, 1e-9, False),
        (1e-9, NAN, False),
        (NAN, NAN, True),
        (INF, INF, True),
        (INF, 1.0, False),
        (INF, -INF, False),
    ],
)
def test_errors_agree_by_their_order(shown, code, same):
    assert agree([shown], [code], ERROR) is same


@pytest.mark.parametrize(
    ("shown", "code", "same"),
    [
        ([2.2612], [2.2611955], True),
        ([2.2612], [2.3], False),
        ([2.2612], [2.28], True),
        ([11.0, 12.0, 13.0], [11.0000001, 12.0, 13.0], True),
        ([5e-17, -2e-16], [0.0, 0.0], True),
        ([5e-17, 1.0], [1e-3, 1.0], True),
        ([1.0, 2.0], [1.0, 2.0, 3.0], False),
        ([1.0, NAN], [1.0, 2.0], False),
        ([1.0, NAN], [1.0, NAN], True),
        ([INF, 1.0], [INF, 1.5], False),
        ([], [], True),
    ],
)
def test_values_agree_by_the_scale_of_the_array(shown, code, same):
    assert agree(shown, code, VALUE) is same


def reading(text):
    [found] = numbers(text)
    return found


def test_what_printing_rounded_away_is_no_contradiction():
    assert compare("loss", reading("loss: 2.3"), None, [2.2611955]).verdict is Verdict.AGREES
    assert compare("loss", reading("loss: 2.30"), None, [2.2611]).verdict is Verdict.CONTRADICTS
    assert compare("loss", reading("loss: 2.2611"), reading("loss: 2.3"), None).verdict is (
        Verdict.AGREES
    )


def test_an_error_that_printing_made_zero():
    shown = reading("dx error: 0.00")
    assert compare("dx error", shown, None, [4e-3]).verdict is Verdict.AGREES
    assert compare("dx error", shown, None, [6e-3]).verdict is Verdict.CONTRADICTS


@pytest.mark.parametrize(
    ("text", "fresh", "code", "verdict", "sentence"),
    [
        ("dx error: 1.70e-09", None, [0.83], "CONTRADICTS",
         "The notebook shows dx error 1.7e-09; the code in this hand-in gives 0.83."),
        ("dx error: 1.70e-09", [1.7e-9], [0.83], "CONTRADICTS",
         "The notebook shows dx error 1.7e-09; the code in this hand-in gives 0.83."),
        ("dx error: 1.70e-09", [0.83], None, "CONTRADICTS",
         "The notebook shows dx error 1.7e-09; running it again prints 0.83."),
        ("dx error: 1.70e-09", [0.83], [2e-9], "CONTRADICTS",
         "The notebook shows dx error 1.7e-09; running it again prints 0.83."),
        ("dx error: 1.70e-09", [2e-9], [3.1e-9], "AGREES",
         ("The notebook shows dx error 1.7e-09, and the code in this hand-in gives 3.1e-09: "
          "they agree.")),
        ("dx error: nan", None, [1e-9], "CONTRADICTS",
         "The notebook shows dx error nan; the code in this hand-in gives 1e-09."),
        ("means: [11. 12.]", None, [11.0, 14.0], "CONTRADICTS",
         "The notebook shows means [11 12]; the code in this hand-in gives [11 14]."),
        ("speedup: 2.20x", [0.7], [0.1], "NOTED",
         "The notebook shows speedup 2.2x; times differ from run to run."),
        ("dx error: 1.70e-09", None, None, "NOTED",
         "The notebook shows dx error 1.7e-09; there is nothing to hold it against."),
    ],
)  # fmt: skip
def test_verdict_and_sentence(text, fresh, code, verdict, sentence):
    shown = reading(text)
    holding = compare(shown.label, shown, fresh, code)
    assert (holding.verdict, holding.sentence) == (verdict, sentence)
    assert holding.shown == shown.values


def test_what_is_not_shown():
    holding = compare("dx error", None, None, [1e-9])
    assert (holding.verdict, holding.shown, holding.code) == (Verdict.NOT_SHOWN, None, (1e-9,))


def test_long_arrays_are_cut_in_the_sentence():
    shown = Reading("means", tuple(range(100)), 1)
    sentence = compare("means", shown, None, [0.0] * 100).sentence
    assert sentence.startswith("The notebook shows means [0 1 2 3 4 5 …]; ")
    assert len(sentence) < 200


def held(template, draft, key="backward", pattern="dx.*error", code=None, **where):
    alignment = align(template, draft.read())
    number = Number(pattern, **where)
    return hold(evidence_of(alignment.of(key), alignment), number, code=code)


def deleted(draft):
    draft.drop("backward")


def never_run(draft):
    draft["backward"].update(execution_count=None, outputs=[])


def raised(draft):
    draft["backward"]["outputs"] = [
        {"output_type": "error", "ename": "KeyError", "evalue": "'mode'", "traceback": []}
    ]


def silent(draft):
    draft["backward"]["outputs"] = []


def half_run(draft):
    lines = draft["backward"]["source"].splitlines(keepends=True)
    draft["backward"]["source"] = "".join(lines[:9])
    draft["backward"]["outputs"] = []
    draft.add("backward", "rest", "code", "".join(lines[9:]))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (deleted, "{place} is not in it"),
        (never_run, "{place} was never run"),
        (raised, "{place} ended in KeyError: 'mode'"),
        (silent, "{place} was run, but printed none"),
        (half_run, "only a part of {place} was run"),
    ],
)
def test_why_a_number_is_not_shown(template, draft, change, why):
    place = "the code cell under “The way back”"
    change(draft)
    holding = held(template, draft, code=[1e-9])
    assert holding.verdict is Verdict.NOT_SHOWN
    assert holding.sentence == f"The notebook does not show dx error: {why.format(place=place)}."


def test_the_same_label_is_told_apart_by_heading_or_by_number(template, draft):
    pattern = "W1 relative error"
    second = held(template, draft, "network", pattern, nth=1)
    under = held(template, draft, "network", pattern, nth=2)
    assert (second.shown, under.shown) == ((1.98e-6,), None)


def test_numbers_of_a_merged_cell_are_marked(template, draft):
    draft["backward"]["source"] += draft["alternative"]["source"]
    draft.drop("alternative")
    alignment = align(template, draft.read())
    shared = [evidence_of(alignment.of(key), alignment).shared for key in ("backward", "network")]
    assert shared == [True, False]


def test_outputs_under_text_are_no_evidence(template, draft):
    """Numbers typed into a text cell are words."""
    draft["backward"].update(cell_type="markdown", source="dx error: 1e-9", outputs=[])
    assert held(template, draft, code=[1e-9]).verdict is Verdict.NOT_SHOWN
